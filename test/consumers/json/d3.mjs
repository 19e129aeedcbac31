/*
 * d3-flame-graph draws what proftree_to_d3() writes.
 *
 *	node d3.mjs DATA PICTURES
 *
 * The npm package, bundled and given each file in a page.  Every bar must lie
 * where the nodes say, as a share of the whole.
 */
import path from "node:path";
import { build } from "esbuild";
import { data, is, nodes, open, pictures, profiles, serve } from "./consumer.mjs";
import { check, finish } from "./lib.mjs";

await build({ entryPoints: ["d3_page.js"], outfile: "built/d3.js", bundle: true, logLevel: "error" });
const server = await serve({ "/built/": path.resolve("built"), "/data/": data, "/": path.resolve(".") });
const { page, errors, close } = await open({ viewport: { width: 1240, height: 800 } });
await page.goto(`${server.url}/d3.html`);
await page.waitForFunction(() => window.draw);

for (const name of profiles(".d3.json")) {
	const rows = nodes(name);
	const total = rows.reduce((sum, [, , self]) => sum + self, 0);
	/* all bars of small trees, those wide enough to be seen of large ones */
	const small = rows.length < 3000;
	const bars = await page.evaluate(([url, minimum]) => window.draw(url, minimum), [`data/${name}.d3.json`, small ? 0 : 1]);
	await page.waitForTimeout(300);
	/* the root is at the bottom */
	await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
	await page.screenshot({ path: path.join(pictures, `d3-${name}.png`) });

	is(bars[0].slice(0, 2).concat(bars[0].slice(3)), [0, 0, "root", total], `${name}: the root holds the whole`);
	const wide = (weight) => small ? weight > 0 || total === 0 : weight / total * 1200 > 1;
	const expected = rows.filter(([, weight]) => wide(weight)).map(([level, weight, , label]) => JSON.stringify([level, label, weight])).sort();
	const got = bars.slice(1).filter(([, , , , value]) => wide(value)).map(([level, , , label, value]) => JSON.stringify([level, label, value])).sort();
	is(got, expected, `${name}: ${expected.length} bars with their weights`);
	check(bars.every(([, start, width, , value]) => Math.abs(width - value / (total || 1)) < 1e-9 && start >= -1e-9 && start + width < 1 + 1e-9),
		`${name}: each as wide as its share`);
}

/* a click zooms */
await page.evaluate(() => window.draw("data/before.d3.json", 0));
const widths = new Map(await page.evaluate(() => window.zoom("parse")));
is([widths.get("parse"), widths.get("lex")], [1200, 300], "zoomed: parse fills the width, lex a quarter of it");
await page.screenshot({ path: path.join(pictures, "d3-zoomed.png") });
is(errors, [], "no error on the page");
await close();
server.close();
finish("d3");
