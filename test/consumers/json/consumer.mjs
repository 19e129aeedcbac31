/*
 * What the consumers of JSON share: the files that json.sh wrote, a server of
 * local files, a page.
 */
import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { chromium } from "playwright-core";
import { check, launch } from "./lib.mjs";

/* "# ..." */
export function diagnose(text) {
	console.log(String(text).split("\n").map((line) => `# ${line}`).join("\n"));
}

/* Checks that both are the same JSON, and shows the first place where not. */
export function is(got, expected, what) {
	const [a, b] = [JSON.stringify(got), JSON.stringify(expected)];

	if (!check(a === b, what)) {
		let at = 0;
		while (a[at] === b[at]) at++;
		diagnose(`got      ...${a.slice(Math.max(at - 60, 0), at + 100)}`);
		diagnose(`expected ...${b.slice(Math.max(at - 60, 0), at + 100)}`);
	}
}

/* ---- what json.sh wrote ---- */

export const data = path.resolve(process.argv[2]);
export const pictures = path.resolve(process.argv[3]);

export function read(name) {
	return JSON.parse(fs.readFileSync(path.join(data, name), "utf8"));
}

/* the names of the profiles there, by a file that each has */
export function profiles(suffix) {
	return fs.readdirSync(data).filter((name) => name.endsWith(suffix)).map((name) => name.slice(0, -suffix.length)).sort();
}

/* Every node of a tree as [level, total, self, label]: weights are text in the
   file, and numbers here. */
export function nodes(name) {
	return read(`${name}.nodes.json`).map(([level, total, self, label]) => [level, Number(total), Number(self), label]);
}

/* ---- a browser and what it loads ---- */

const types = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".json": "application/json" };

/* Serves the files of some folders, each below a path of its own: { '/data/': folder }. */
export async function serve(folders) {
	const server = http.createServer((request, response) => {
		const where = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
		const prefix = Object.keys(folders).find((p) => where.startsWith(p));
		const file = prefix && path.join(folders[prefix], where.slice(prefix.length) || "index.html");

		if (!file || !fs.existsSync(file)) {
			response.writeHead(404).end();
			return;
		}
		response.writeHead(200, { "content-type": types[path.extname(file)] ?? "application/octet-stream" });
		fs.createReadStream(file).pipe(response);
	});
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

/* A page, and what goes wrong on it. */
export async function open(options = {}) {
	const browser = await launch(chromium);
	const page = await (await browser.newContext({ acceptDownloads: true, locale: "en-US", ...options })).newPage();
	const errors = [];

	page.on("pageerror", (error) => errors.push(String(error)));
	page.on("dialog", (dialog) => {
		errors.push(dialog.message());
		dialog.dismiss();
	});
	page.setDefaultTimeout(120000);
	return { page, errors, close: () => browser.close() };
}
