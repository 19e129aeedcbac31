/*
 * Grafana's flame graph shows the rows of proftree_flamegraph() and
 * proftree_flamegraph_diff().
 *
 *	node grafana.mjs DATA PICTURES
 *
 * The npm package of the panel's component, bundled and mounted in a page
 * without a Grafana server.  Its data container must put every row where the
 * nodes say, and its table must show their weights.
 */
import path from "node:path";
import { build } from "esbuild";
import { is, nodes, open, pictures, profiles, read, serve } from "./consumer.mjs";
import { check, finish } from "./lib.mjs";

await build({
	entryPoints: ["grafana_page.jsx"],
	outfile: "built/grafana.js",
	bundle: true,
	jsx: "automatic",
	logLevel: "error",
	define: { "process.env.NODE_ENV": JSON.stringify("production"), global: "window" },
	loader: { ".svg": "text", ".woff2": "dataurl", ".png": "dataurl", ".ttf": "empty" },
	alias: { "@grafana/assistant": "./grafana_shims.js", "react-custom-scrollbars-2": "./grafana_shims.js" },
});
const server = await serve({ "/built/": path.resolve("built"), "/": path.resolve(".") });

/* A bar for every row, from the nodes of one tree or of two: the root spans all,
   children lie side by side from their parent's start. */
function expectedBars(left, right) {
	const stacks = new Map();
	const collect = (rows, side) => {
		const open = [];

		for (const [level, total, self, label] of rows) {
			open.length = level - 1;
			open.push(label);
			const key = JSON.stringify(open);
			const node = stacks.get(key) ?? { frames: [...open], weights: [0, 0, 0, 0] };
			node.weights[2 * side] = total;
			node.weights[2 * side + 1] = self;
			stacks.set(key, node);
		}
	};
	const total = (rows) => rows.reduce((sum, [, , self]) => sum + self, 0);
	const compare = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b));

	collect(left, 0);
	if (right)
		collect(right, 1);
	const sorted = [...stacks.values()].sort((a, b) => {
		for (let i = 0; i < a.frames.length && i < b.frames.length; i++) {
			if (a.frames[i] !== b.frames[i])
				return compare(a.frames[i], b.frames[i]);
		}
		return a.frames.length - b.frames.length;
	});
	const bars = [[0, 0, total(left) + (right ? total(right) : 0), right ? total(right) : null, 0, 0, "total", null]];
	/* by level: the bar open there, and where its next child begins */
	const open = [{ row: 0, next: 0 }];

	for (const { frames, weights: [value, self, valueRight, selfRight] } of sorted) {
		const parent = open[frames.length - 1];
		const start = parent.next;

		parent.next += value + valueRight;
		open[frames.length] = { row: bars.length, next: start };
		bars.push([frames.length, start, value + valueRight, right ? valueRight : null, self, selfRight, frames.at(-1), parent.row]);
	}
	return bars;
}

const { page, errors, close } = await open({ viewport: { width: 1400, height: 700 } });
await page.goto(`${server.url}/grafana.html`);
await page.waitForFunction(() => window.mount);

for (const name of profiles(".flamegraph.json")) {
	const rows = read(`${name}.flamegraph.json`);
	const { diff, bars } = await page.evaluate((r) => window.convert(r), rows);

	check(!diff && bars.length === rows.length, `${name}: ${rows.length} rows of one tree`);
	is(bars, expectedBars(nodes(name)), `${name}: every bar where the nodes say`);
}
const diffRows = read("before-after.diff.json");
const { diff, bars } = await page.evaluate((r) => window.convert(r), diffRows);
check(diff && bars.length === diffRows.length, "before and after: rows of a diff");
is(bars, expectedBars(nodes("before"), nodes("after")), "before and after: every bar as wide as both sides");

/* ---- mounted ---- */

/* The table beside the graph shows some rows: [symbol, self, total, ...] as text. */
async function readTable() {
	return page.evaluate(() => [...document.querySelectorAll("[role=row]")].map((row) =>
		[...row.querySelectorAll("[role=cell]")].map((cell) => cell.textContent)).filter((row) => row.length > 0));
}

for (const name of ["before", "pyspy-file", "python-pyspy", "recursion", "awkward", "go-cpu"]) {
	await page.evaluate((r) => window.mount(r), read(`${name}.flamegraph.json`));
	await page.waitForSelector("canvas");
	await page.waitForTimeout(1500);
	await page.screenshot({ path: path.join(pictures, `grafana-${name}.png`) });
	const top = new Map(read(`${name}.top.json`).map(([symbol, self, total]) => [symbol, [symbol, self, total]]));
	const shown = (await readTable()).map((row) => row.slice(-3)).filter(([symbol]) => symbol !== "total");
	check(shown.length > 2, `${name}: drawn, with a table beside it`);
	is(shown, shown.map(([symbol]) => top.get(symbol)), `${name}: self and total of the ${shown.length} symbols the table shows`);
}

/* of a diff the table shows shares in percent, to one digit behind the point */
await page.evaluate((r) => window.mount(r), diffRows);
await page.waitForTimeout(1500);
await page.screenshot({ path: path.join(pictures, "grafana-diff.png") });
const shares = ["before", "after"].map((name) => {
	const sum = nodes(name).reduce((s, [, , self]) => s + self, 0);
	return new Map(read(`${name}.top.json`).map(([symbol, , total]) => [symbol, 100 * Number(total) / sum]));
});
const compared = (await readTable()).map((row) => row.slice(-4)).filter(([symbol]) => symbol !== "total");
check(compared.length > 2, "before and after: drawn, with a table beside it");
is(compared.filter(([symbol, left, right]) => [left, right].some((text, side) =>
	Math.abs(parseFloat(text) - (shares[side].get(symbol) ?? 0)) > 0.06)), [], `before and after: shares of the ${compared.length} symbols the table shows`);

/* the empty tree: the root's row alone */
await page.evaluate((r) => window.mount(r), [{ level: 0, value: 0, self: 0, label: "total" }]);
await page.waitForTimeout(500);
await page.screenshot({ path: path.join(pictures, "grafana-empty.png") });
is(errors, [], "no error on the page");
await close();
server.close();
finish("grafana");
