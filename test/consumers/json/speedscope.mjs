/*
 * Speedscope itself loads what proftree_to_speedscope() writes.
 *
 *	node speedscope.mjs DATA PICTURES
 *
 * The app of the npm package, as it is served, takes each file by its URL.  Its
 * table of functions must show the weights of proftree_top(), and the file that
 * it saves again must hold every stack with its weight.
 */
import fs from "node:fs";
import path from "node:path";
import Ajv from "ajv";
import { data, diagnose, is, nodes, open, pictures, profiles, read, serve } from "./consumer.mjs";
import { check, finish } from "./lib.mjs";

const app = path.resolve("node_modules/speedscope/dist/release");
const validate = new Ajv({ allowUnionTypes: true }).compile(JSON.parse(fs.readFileSync(path.join(app, "file-format-schema.json"), "utf8")));

/* All rows of the virtual table, in the order of its scrolling: [name, self, total]. */
async function readTable(page) {
	return page.evaluate(async () => {
		let list = document.querySelector("td");
		while (getComputedStyle(list).overflowY !== "auto")
			list = list.parentElement;
		const number = (cell) => Number(cell.textContent.match(/^([\d,.]+) \(/)[1].replaceAll(",", ""));
		const rows = new Map();
		const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));

		for (let top = 0; ; top += list.clientHeight / 2) {
			list.scrollTo({ top });
			await frame();
			await frame();
			for (const row of document.querySelectorAll("tr")) {
				const cells = row.querySelectorAll("td");
				if (cells.length === 3)
					rows.set(cells[2].textContent, [number(cells[1]), number(cells[0])]);
			}
			if (top + list.clientHeight >= list.scrollHeight)
				break;
		}
		return [...rows].map(([name, weights]) => [name, ...weights]);
	});
}

/* Stacks with their weights, from the events of an evented profile. */
function stacksOf(file) {
	const stacks = new Map();
	const open = [];
	let last = 0;

	for (const event of file.profiles[0].events) {
		if (open.length > 0 && event.at > last) {
			const key = JSON.stringify(open);
			stacks.set(key, (stacks.get(key) ?? 0) + event.at - last);
		}
		last = event.at;
		if (event.type === "O")
			open.push(file.shared.frames[event.frame].name);
		else
			open.pop();
	}
	return [...stacks].sort();
}

/* The same from the nodes. */
function stacksOfNodes(rows) {
	const stacks = [];
	const open = [];

	for (const [level, , self, label] of rows) {
		open.length = level - 1;
		open.push(label);
		if (self > 0)
			stacks.push([JSON.stringify(open), self]);
	}
	return stacks.sort();
}

const byName = (rows) => rows.sort((a, b) => (a[0] < b[0] ? -1 : 1));
const server = await serve({ "/app/": app, "/data/": data });

for (const name of profiles(".speedscope.json")) {
	const file = read(`${name}.speedscope.json`);

	check(validate(file), `${name}: valid by speedscope's schema`);
	if (validate.errors)
		diagnose(JSON.stringify(validate.errors).slice(0, 500));

	const { page, errors, close } = await open({ viewport: { width: 1200, height: 800 } });
	await page.goto(`${server.url}/app/#view=sandwich&profileURL=${encodeURIComponent(`${server.url}/data/${name}.speedscope.json`)}`);
	await page.waitForSelector("td");
	await page.waitForTimeout(300);
	const rows = await readTable(page);
	await page.screenshot({ path: path.join(pictures, `speedscope-${name}-table.png`) });
	/* names of C++ and Rust are shown demangled */
	const mangled = (symbol) => /^(_Z|__Z|_R)/.test(symbol);
	const top = read(`${name}.top.json`).map(([symbol, self, total]) => [symbol, Number(self), Number(total)]);
	const plain = new Set(top.filter(([symbol]) => !mangled(symbol)).map(([symbol]) => symbol));
	is(byName(rows.filter(([symbol]) => plain.has(symbol))), byName(top.filter(([symbol]) => plain.has(symbol))),
		`${name}: self and total of ${plain.size} functions`);
	is(rows.length, top.length, `${name}: as many functions`);

	const download = page.waitForEvent("download");
	await page.keyboard.press("Control+s");
	const saved = JSON.parse(fs.readFileSync(await (await download).path(), "utf8"));
	const expected = stacksOfNodes(nodes(name));
	const got = stacksOf(saved);
	if (top.length === plain.size)
		is(got, expected, `${name}: every one of ${expected.length} stacks, saved again`);
	else
		is(got.map(([, weight]) => weight).sort(), expected.map(([, weight]) => weight).sort(), `${name}: weights of ${expected.length} stacks, saved again`);
	/* its pictures recurse: 3,000 frames are too many for them now and then */
	if (name !== "deep") {
		await page.keyboard.press("2");		/* left heavy */
		await page.waitForTimeout(500);
		await page.screenshot({ path: path.join(pictures, `speedscope-${name}.png`) });
	}
	is(errors, [], `${name}: no error on the page`);
	await close();
}
server.close();
finish("speedscope");
