/*
 * Drives pictures of proftree_to_svg() in headless Chromium as people do:
 * points, clicks, searches, presses keys; alone as a file, within a page, as an
 * image.  What is shown has to be what SQL says of the tree.
 *
 *	node svg.mjs FOLDER		(made by svg.sh)
 */
import { readFileSync, writeFileSync } from "fs";
import { chromium } from "playwright-core";
import { check, finish, launch } from "./lib.mjs";

const folder = process.argv[2];
const read = (name) => readFileSync(folder + "/" + name, "utf8");
const rows = (name) => JSON.parse(read(name + ".json"));
const grouped = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ",");

const browser = await launch(chromium);

/* A page that tells of all that must not happen. */
async function open(address) {
	const context = await browser.newContext({ viewport: { width: 1240, height: 800 } });
	const page = await context.newPage();
	page.problems = [];
	page.on("pageerror", (error) => page.problems.push("error: " + error.message));
	page.on("dialog", (dialog) => { page.problems.push("dialog"); dialog.dismiss(); });
	page.on("request", (request) => {
		if (request.url() !== address)
			page.problems.push("request: " + request.url());
	});
	await page.goto(address);
	return page;
}

/* A picture of the page, also of an SVG document, for people to look at. */
async function screenshot(page, name) {
	const session = await page.context().newCDPSession(page);
	const { cssContentSize } = await session.send("Page.getLayoutMetrics");
	const { data } = await session.send("Page.captureScreenshot", {
		captureBeyondViewport: true,
		clip: { x: 0, y: 0, width: 1240, height: Math.min(2000, cssContentSize.height), scale: 1 }
	});
	writeFileSync(folder + "/" + name + ".png", Buffer.from(data, "base64"));
}

/* frames of markup or of a page, sorted: "color x y width" */
function framesIn(paths) {
	return paths.flatMap(([stroke, d]) =>
		[...d.matchAll(/M([0-9.]+) ?(-?[0-9.]+)h([0-9.]+)/g)].map((m) => [stroke, m[1], m[2], m[3]].join(" "))).sort();
}
const framesOf = async (page, at = 0) => framesIn(await page.evaluate((n) =>
	[...document.querySelectorAll(".pyrotree-flamegraph")[n].querySelectorAll(".frames path")]
		.map((path) => [path.getAttribute("stroke"), path.getAttribute("d")]), at));

/* the middle of each frame of a level, in coordinates of the window */
const middles = (page, level, at = 0) => page.evaluate(([level, n]) => {
	const svg = document.querySelectorAll(".pyrotree-flamegraph")[n];
	const chart = svg.querySelector(".chart");
	const inverted = JSON.parse(svg.querySelector(".data").textContent).inverted;
	const y = inverted ? level * 16 + 8 : -level * 16 - 8;
	const found = [];
	for (const path of chart.querySelectorAll(".frames path"))
		for (const m of path.getAttribute("d").matchAll(/M([0-9.]+) ?(-?[0-9.]+)h([0-9.]+)/g))
			if (Number(m[2]) === y)
				found.push([Number(m[1]) + Number(m[3]) / 2, Number(m[3])]);
	found.sort((a, b) => a[0] - b[0]);
	return found.map(([x, width]) => {
		const point = new DOMPoint(x, y).matrixTransform(chart.getScreenCTM());
		return { x: point.x, y: point.y, width };
	});
}, [level, at]);

const text = (page, name, at = 0) => page.evaluate(([name, n]) =>
	document.querySelectorAll(".pyrotree-flamegraph")[n].querySelector("." + name).textContent, [name, at]);
const tip = (page, at = 0) => page.evaluate((n) => {
	const tip = document.querySelectorAll(".pyrotree-flamegraph")[n].querySelector(".tip");
	return tip.getAttribute("visibility") === "visible" ? [...tip.querySelectorAll("text")].map((t) => t.textContent) : null;
}, at);
const percent = (part, whole) => (100 * part / whole).toFixed(2) + " %";

/* Point at each of the first 25 frames of a level that a pointer, which stands on
 * whole pixels, cannot miss: the tip of each, with the node it should tell of, or
 * null when there are not as many frames as nodes.  What is not drawn is no node. */
async function pointAt(page, level, nodes) {
	const drawn = await middles(page, level);
	const tips = [];
	if (drawn.length !== nodes.length)
		return null;
	for (const i of drawn.keys()) {
		if (drawn[i].width < 2 || tips.length === 25)
			continue;
		await page.evaluate((y) => window.scrollBy(0, y - 400), (await middles(page, level))[i].y);
		const at = (await middles(page, level))[i];
		await page.mouse.move(at.x, at.y);
		tips.push([nodes[i], await tip(page)]);
	}
	return tips;
}

/* the tips of some levels against SQL's rows */
async function pointAround(page, nodes, total, unit, width, levels) {
	let wrong = 0;
	let count = 0;
	for (const level of levels) {
		const tips = await pointAt(page, level, nodes.filter((n) => n.depth === level && n.total / total * width >= 0.1));
		if (!tips)
			wrong++;
		for (const [node, lines] of tips || []) {
			const symbol = lines ? lines.slice(0, -2).join("") : "";
			const self = "self " + grouped(node.self) + " " + unit;
			const whole = "total " + grouped(node.total) + " " + unit;
			if (!lines || (symbol !== node.symbol && !symbol.endsWith("..")) ||
				!lines.at(-2).startsWith(self) || !lines.at(-2).endsWith(percent(node.self, total)) ||
				!lines.at(-1).startsWith(whole) || !lines.at(-1).endsWith(percent(node.total, total))) {
				wrong++;
				console.log("# " + JSON.stringify([node, lines]));
			}
			count++;
		}
	}
	return [count, wrong];
}

/* no text in a picture passes the frame it is in */
const overlong = (page) => page.evaluate(() => {
	let wrong = 0;
	for (const svg of document.querySelectorAll(".pyrotree-flamegraph")) {
		const frames = [];
		for (const path of svg.querySelectorAll(".frames path"))
			for (const m of path.getAttribute("d").matchAll(/M([0-9.]+) ?(-?[0-9.]+)h([0-9.]+)/g))
				frames.push([Number(m[1]), Number(m[2]), Number(m[3])]);
		for (const label of svg.querySelectorAll(".labels text")) {
			const x = Number(label.getAttribute("x"));
			const y = Number(label.getAttribute("y"));
			const frame = frames.find((f) => Math.abs(f[1] - y) < 8 && f[0] <= x && x < f[0] + f[2]);
			if (!frame || x + label.getComputedTextLength() > frame[0] + frame[2] + 0.5)
				wrong++;
		}
	}
	return wrong;
});

/* ---- recorded profiles, each as a file ---- */

for (const { name, unit, total, pattern } of rows("recorded")) {
	const nodes = rows(name);
	const markup = read(name + ".svg");
	const page = await open("file://" + folder + "/" + name + ".svg");
	const depth = Math.max(...nodes.map((n) => n.depth));

	const before = framesIn([...markup.matchAll(/<path stroke="([^"]*)" d="([^"]*)"/g)].map((m) => [m[1], m[2]]));
	check(before.length > 100 && JSON.stringify(await framesOf(page)) === JSON.stringify(before),
		name + ": the script draws the frames that are there without it");
	check(await overlong(page) === 0, name + ": each label fits its frame");
	const [count, wrong] = await pointAround(page, nodes, total, unit, 1180, [1, 2, 3, 7, Math.floor(depth / 2)]);
	check(count > 5 && wrong === 0, name + ": " + count + " frames tell their symbol, weights and percents");

	/* search: each stack once, however often it matches; and what is too narrow to be drawn */
	for (const { text: search, weight } of pattern) {
		await page.keyboard.press("Control+f");
		await page.keyboard.type(search);
		const said = await text(page, "matched");
		check(said.startsWith("matched " + percent(weight, total) + ", " + grouped(weight) + " " + unit),
			name + ": searching " + search + " finds " + percent(weight, total));
		await page.keyboard.press("Escape");
	}
	check(await text(page, "matched") === "" && JSON.stringify(await framesOf(page)) === JSON.stringify(before),
		name + ": Escape ends the search");
	await page.keyboard.press("Control+f");
	await page.keyboard.type("(");
	check(/expression/i.test(await text(page, "matched")), name + ": no regular expression is told");
	await page.keyboard.press("Escape");

	/* zoom into the frame of the fourth level with most below it, and back */
	const level4 = nodes.filter((n) => n.depth === 4 && n.total / total * 1180 >= 0.1);
	const endOf = (node) => {
		const end = nodes.findIndex((n, i) => i >= node.node && n.depth <= node.depth);
		return end < 0 ? nodes.length : end;
	};
	const chosen = level4.reduce((a, b) => (endOf(a) - a.node >= endOf(b) - b.node ? a : b));
	const at = async () => (await middles(page, 4))[level4.indexOf(chosen)];
	await page.evaluate((y) => window.scrollTo(0, y - 400), (await at()).y);
	const target = await at();
	await page.mouse.click(target.x, target.y);
	const wide = await middles(page, 4);
	check(wide.length === 1 && wide[0].width > 1179, name + ": a click zooms to a frame");
	const below = nodes.slice(chosen.node, endOf(chosen)).filter((n) => n.total / chosen.total * 1180 >= 0.1);
	check(below.length > 20 && (await framesOf(page)).length === below.length + 5, name + ": all of it that is wide enough now is shown, " + below.length + " frames");
	await screenshot(page, name + "-zoomed");
	await page.click(".controls button:visible");
	check(JSON.stringify(await framesOf(page)) === JSON.stringify(before), name + ": the button shows the whole again");

	/* keys alone */
	await page.evaluate(() => document.querySelector(".chart").focus());
	await page.keyboard.press("Home");
	check((await text(page, "details")).startsWith("\u2068all\u2069  self 0"), name + ": Home goes to all");
	await page.keyboard.press("ArrowUp");
	await page.keyboard.press("ArrowUp");
	const top = nodes.filter((n) => n.depth === 1).reduce((a, b) => (a.total >= b.total ? a : b));
	const children = nodes.filter((n) => n.parent === top.node);
	const next = children.reduce((a, b) => (a.total >= b.total ? a : b));
	check((await text(page, "details")).startsWith("\u2068" + next.symbol + "\u2069  "), name + ": arrow keys go to the widest frame above");
	await page.keyboard.press("Enter");
	check((await middles(page, 2)).length === 1, name + ": Enter zooms to it");
	await page.keyboard.press("Escape");
	check(JSON.stringify(await framesOf(page)) === JSON.stringify(before), name + ": Escape zooms out");
	await page.keyboard.press("/");
	check(await page.evaluate(() => document.activeElement.classList.contains("search")), name + ": / goes to the search");
	check(page.problems.length === 0, name + ": no errors, nothing asked of anywhere") || console.log("# " + page.problems);
	await page.mouse.move(600, 300);
	await screenshot(page, name);
	await page.context().close();
}

/* ---- two trees ---- */
{
	const page = await open("file://" + folder + "/diff.svg");
	const { baseline, comparison, nodes } = rows("diff");
	const before = framesIn([...read("diff.svg").matchAll(/<path stroke="([^"]*)" d="([^"]*)"/g)].map((m) => [m[1], m[2]]));
	check(JSON.stringify(await framesOf(page)) === JSON.stringify(before), "diff: the script draws the frames that are there without it");
	let wrong = 0;
	const shown = await pointAt(page, 3, nodes.filter((n) => n.depth === 3 && (n.before / baseline + n.after / comparison) / 2 * 1180 >= 0.1)) || [];
	for (const [n, lines] of shown) {
		if (!lines || lines.at(-1) !== "total " + grouped(n.before) + " samples, " + percent(n.before, baseline) + " \u2192 " +
			grouped(n.after) + " samples, " + percent(n.after, comparison)) {
			wrong++;
			console.log("# " + JSON.stringify([n, lines]));
		}
	}
	check(shown.length > 5 && wrong === 0, "diff: " + shown.length + " frames tell both sides");
	check(page.problems.length === 0, "diff: no errors, nothing asked of anywhere");
	await screenshot(page, "diff");
	await page.context().close();
}

/* ---- within a page, twice, with symbols that would like to be more ---- */
{
	const names = rows("hostile");
	writeFileSync(folder + "/page.html", '<!DOCTYPE html><html dir="rtl"><meta charset="utf-8"><title>page</title><body><p>before</p>' +
		read("hostile.svg") + "<p>between</p>" + read("big-weights.svg") + "<p>after</p>" + read("hostile-wide.svg") + "</body></html>");
	const page = await open("file://" + folder + "/page.html");
	check(page.problems.length === 0 && await page.evaluate(() => window.hacked === undefined), "page: no symbol is executed") ||
		console.log("# " + page.problems);
	check(await page.evaluate(() => document.querySelectorAll("p").length === 3 && document.querySelectorAll(".pyrotree-flamegraph").length === 3 &&
		document.title === "page"), "page: the page is as it was");
	let wrong = 0;
	for (let i = 0; i < names.length; i++) {
		const first = (await middles(page, 1))[i];
		await page.evaluate((y) => window.scrollBy(0, y - 400), first.y);
		const at = (await middles(page, 1))[i];
		await page.mouse.move(at.x, at.y);
		const lines = await tip(page);
		if (!lines || (lines.slice(0, -2).join("") !== (names[i] || '""') && [...names[i]].length <= 500)) {
			wrong++;
			console.log("# " + JSON.stringify([names[i], lines]));
		}
	}
	check(wrong === 0, "page: " + names.length + " awkward symbols are shown as they are");
	check(await page.evaluate(() => document.querySelectorAll(".pyrotree-flamegraph")[2].querySelectorAll(".labels text").length > 50) &&
		await overlong(page) === 0, "page: each label fits its frame, whatever its characters");
	await screenshot(page, "page");
	await page.evaluate(() => window.scrollTo(-3000, 300));
	await page.screenshot({ path: folder + "/page-wide.png" });

	/* weights beyond 2^53 are exact */
	const big = (await middles(page, 1, 1))[0];
	await page.evaluate((y) => window.scrollTo(0, window.scrollY + y - 400), big.y);
	const at = (await middles(page, 1, 1))[0];
	await page.mouse.move(at.x, at.y);
	const lines = await tip(page, 1);
	check(lines !== null && lines[1].startsWith("self 9,007,199,254,740,993 bytes"), "page: weights beyond 2^53 are exact");

	/* the two do not meddle with each other */
	const frames = await framesOf(page, 0);
	await page.mouse.click(at.x, at.y);
	check((await middles(page, 1, 1)).length === 1 && JSON.stringify(await framesOf(page, 0)) === JSON.stringify(frames),
		"page: each picture zooms by itself");
	await page.keyboard.press("Control+f");
	check(await page.evaluate(() => document.activeElement.classList.contains("search") &&
		document.querySelectorAll(".pyrotree-flamegraph")[1].contains(document.activeElement)), "page: ctrl-F goes to the picture that has the focus");
	await page.context().close();
}

/* ---- what turns the direction of writing does not turn the numbers beside it ---- */
for (const name of ["turned", "turned-unit"]) {
	const page = await open("file://" + folder + "/" + name + ".svg");
	const drawn = await middles(page, 1);
	let wrong = 0;
	for (const at of drawn) {
		await page.mouse.move(at.x, at.y);
		/* each character of the numbers begins where the one before it ends, or to the right of that */
		const order = await page.evaluate(() => [...document.querySelectorAll(".details, .tip text:not(.symbol)")].map((text) => {
			const from = text.textContent.search(/self [0-9]|total [0-9]/);
			const numbers = [...text.textContent.matchAll(/[0-9]+/g)].filter((m) => m.index > from)
				.flatMap((m) => [...m[0]].map((c, i) => text.getStartPositionOfChar(m.index + i).x));
			return numbers.length >= 3 && numbers.every((x, i) => i === 0 || x > numbers[i - 1]);
		}));
		if (order.length !== 3 || order.includes(false)) {
			wrong++;
			console.log("# " + JSON.stringify([at, order, await tip(page), await text(page, "details")]));
		}
	}
	check(drawn.length >= 2 && wrong === 0, name + ": numbers read from left to right beside any symbol and unit");
	await page.context().close();
}

/* ---- a shallow picture ---- */
{
	const page = await open("file://" + folder + "/shallow.svg");
	let inside = 0;
	for (const level of [0, 1]) {
		const at = (await middles(page, level))[0];
		for (const y of [at.y - 7, at.y, at.y + 6]) {
			await page.mouse.move(at.x, y);
			inside += await page.evaluate(() => {
				const picture = document.documentElement.getBoundingClientRect();
				const tip = document.querySelector(".tip");
				const box = tip.getBoundingClientRect();
				return tip.getAttribute("visibility") === "visible" && box.height > 40 && box.top >= picture.top && box.bottom <= picture.bottom;
			});
		}
	}
	check((await tip(page)).length === 7 && inside === 6, "shallow: the tip is within the picture, wherever one points");
	await screenshot(page, "shallow");
	await page.context().close();
}

/* ---- wide least frames ---- */
for (const { name, least } of [{ name: "least-1190", least: 1190 }, { name: "least-40", least: 40 }]) {
	const page = await open("file://" + folder + "/" + name + ".svg");
	const markup = read(name + ".svg");
	const before = framesIn([...markup.matchAll(/<path stroke="([^"]*)" d="([^"]*)"/g)].map((m) => [m[1], m[2]]));
	const [note] = markup.match(/(?<=class="note"[^>]*>)[^<]+/);
	check(before.length > 0 && JSON.stringify(await framesOf(page)) === JSON.stringify(before), name + ": the script draws the frames that are there without it");
	check(note.includes(" narrower than " + least + " px") && (await text(page, "note")).replace(/ = [^,]*/, "") === note + "; zoom in to see more", name + ": and counts the others alike");
	await page.context().close();
}

/* ---- as an image, where no script runs ---- */
{
	writeFileSync(folder + "/image.html", '<!DOCTYPE html><body style="margin:0"><img width="1200" src="diff.svg">');
	const context = await browser.newContext({ viewport: { width: 1200, height: 800 } });
	const page = await context.newPage();
	await page.goto("file://" + folder + "/image.html");
	const size = await page.evaluate(() => [document.querySelector("img").naturalWidth, document.querySelector("img").naturalHeight]);
	check(size[0] === 1200 && size[1] > 100, "image: it has its size");
	await page.screenshot({ path: folder + "/image.png", fullPage: true });
	await context.close();
}

await browser.close();
finish("svg");
