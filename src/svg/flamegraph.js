/*
 * The script of a flame graph picture.
 *
 * proftree_to_svg() (svg.c) writes a picture that stands by itself, for
 * viewers that run no scripts, and behind it this script and, as JSON, the
 * whole tree.  The script draws the picture anew from the tree, whenever
 * something is zoomed or searched: so frames too narrow to be drawn count in a
 * search, and show when their part is zoomed.
 *
 * Frames are not elements.  All frames of one colour are one path, a line as
 * thick as a frame is high; what lies under the pointer follows from its
 * place.  So 100,000 frames are as quick as a few.
 */
(function (svg) {
	"use strict";

	const SVG = "http://www.w3.org/2000/svg";
	const XHTML = "http://www.w3.org/1999/xhtml";
	const ROW = 16;						/* height of a frame with its gap */
	const PAD = 10;						/* left and right of the frames */
	const TOP = 54;						/* above them */
	const FOOT = 28;					/* below them */
	const LEAST_ROWS = 3;				/* the picture has room for these, so that a tip fits */
	const FOUND = "#e040fb";
	const part = (name) => svg.querySelector(":scope > ." + name);
	const data = JSON.parse(part("data").textContent);
	const width = data.width - 2 * PAD;
	const differential = data.other !== undefined;

	/* ---- the tree ---- */

	/*
	 * Weights are whole numbers, which JavaScript's own numbers hold up to
	 * 2^53; where the total passes that they are BigInts.
	 */
	const Weight = [data.total, data.otherTotal || "0"].some((n) => Number(n) > Number.MAX_SAFE_INTEGER) ?
		BigInt : Number;

	/* reads numbers, written as digits of 5 bits, lowest first, with 32 added to all but a number's last */
	const DIGITS = new Uint8Array(128);
	[..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"].forEach((c, i) => {
		DIGITS[c.charCodeAt(0)] = i;
	});
	function reader(text, Type) {
		const base = Type(32);
		let at = 0;
		return () => {
			let value = Type(0);
			let unit = Type(1);
			let digit;
			do {
				digit = DIGITS[text.charCodeAt(at++)];
				value += Type(digit & 31) * unit;
				unit *= base;
			} while (digit & 32);
			return value;
		};
	}

	/* Node 0 is all; the others are numbered in preorder, so what is below i is i + 1 to end[i] - 1. */
	const count = data.nodes + 1;
	const names = data.names;
	const symbol = new Int32Array(count).fill(-1);
	const parent = new Int32Array(count).fill(-1);
	const level = new Int32Array(count);
	const end = new Int32Array(count).fill(count);
	const self = new Array(count).fill(Weight(0));
	const total = new Array(count).fill(Weight(0));
	const otherSelf = differential ? self.slice() : null;
	const other = differential ? total.slice() : null;
	const left = new Float64Array(count);		/* of the whole, 0 to 1 */
	const share = new Float64Array(count);
	const color = new Uint16Array(count);

	const ratio = (a, b) => Number(b) === 0 ? 0 : Number(a) / Number(b);

	(function readTree() {
		const nextSymbol = reader(data.symbols, Number);
		const nextStep = reader(data.shape, Number);
		const nextWeight = reader(data.weights, Weight);
		const nextOther = differential ? reader(data.other, Weight) : null;
		const nextColor = differential ? null : reader(data.colors, Number);
		const colors = names.map(() => differential ? 0 : nextColor());
		const open = [0];
		const used = new Float64Array(count);

		for (let i = 1; i < count; i++) {
			for (let closed = nextStep(); closed > 0; closed--)
				end[open.pop()] = i;
			parent[i] = open[open.length - 1];
			level[i] = open.length;
			open.push(i);
			symbol[i] = nextSymbol();
			self[i] = total[i] = nextWeight();
			if (differential)
				otherSelf[i] = other[i] = nextOther();
		}
		for (let i = count - 1; i > 0; i--) {
			total[parent[i]] += total[i];
			if (differential)
				other[parent[i]] += other[i];
		}
		const sides = Math.max(1, (Number(total[0]) > 0) + (differential && Number(other[0]) > 0));
		for (let i = 0; i < count; i++) {
			share[i] = ratio(total[i], total[0]);
			if (differential) {
				const otherShare = ratio(other[i], other[0]);
				const most = Math.max(share[i], otherShare);
				const middle = (data.palette.length - 1) / 2;
				color[i] = Math.round(middle + middle * ratio(otherShare - share[i], most));
				share[i] = (share[i] + otherShare) / sides;
			} else if (i > 0)
				color[i] = colors[symbol[i]];
			if (i > 0) {
				left[i] = left[parent[i]] + used[parent[i]];
				used[parent[i]] += share[i];
			}
		}
	})();

	const nameOf = (node) => node === 0 ? "all" : names[symbol[node]];

	/* ---- words ---- */

	const grouped = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ",");
	const percent = (a, b) => (100 * ratio(a, b)).toFixed(2) + " %";
	const SCALES = {
		nanoseconds: [[1e9, "s"], [1e6, "ms"], [1e3, "us"]],
		microseconds: [[1e6, "s"], [1e3, "ms"]],
		milliseconds: [[1e3, "s"]],
		bytes: [[2 ** 40, "TiB"], [2 ** 30, "GiB"], [2 ** 20, "MiB"], [2 ** 10, "KiB"]]
	};

	/*
	 * A text that others stand beside: characters of it that turn the direction
	 * of writing end with it.  So do those that would end the isolation.
	 */
	function isolated(text) {
		let open = 0;
		const balanced = text.replace(/[\n\r\x1c-\x1e\x85\u2029\u2066-\u2069]/g, (c) => {
			if (c < "\u2066")
				return " ";
			open += c === "\u2069" ? -1 : 1;
			return open < 0 ? (open = 0, "") : c;
		});
		return "\u2068" + balanced + "\u2069".repeat(open + 1);
	}
	const unit = /^[\x20-\x7e]*$/.test(data.unit) ? data.unit : isolated(data.unit);

	/* a weight, exactly, and where that is hard to read also in a larger unit */
	function amount(weight) {
		const whole = BigInt(weight) * BigInt(data.quantum);
		const scale = (SCALES[data.unit] || []).find(([size]) => Number(whole) >= size);
		return grouped(whole) + " " + unit +
			(scale ? " = " + (Number(whole) / scale[0]).toPrecision(4) + " " + scale[1] : "");
	}

	function detailsOf(node) {
		const line = (what, a, b) => what + " " + amount(a) + ", " + percent(a, total[0]) +
			(differential ? " \u2192 " + amount(b) + ", " + percent(b, other[0]) : "");
		return [
			line("self", self[node], differential && otherSelf[node]),
			line("total", total[node], differential && other[node])
		];
	}

	/* ---- drawing ---- */

	const make = (name, attributes, space) => {
		const element = document.createElementNS(space || SVG, name);
		for (const key in attributes)
			element.setAttribute(key, attributes[key]);
		return element;
	};
	const chart = part("chart");
	const frames = chart.querySelector(".frames");
	const labels = chart.querySelector(".labels");
	const details = part("details");
	const note = part("note");
	const mark = make("rect", { class: "mark", height: ROW - 1, visibility: "hidden" });
	const tip = make("g", { class: "tip", visibility: "hidden" });
	chart.append(mark);

	let zoomed = 0;
	let here = -1;						/* under the pointer, or where the keys have led */
	let found = null;					/* by symbol: does it match the search? */
	let rows = [];						/* by level: what is drawn there, from left to right */
	let height = 0;						/* of all frames */

	const cell = (function () {
		const text = make("text", {});
		text.textContent = "0".repeat(50);
		labels.append(text);
		const measured = text.getComputedTextLength ? text.getComputedTextLength() / 50 : 0;
		text.remove();
		return measured > 0 ? measured : data.cell;
	})();

	/* top of a level, measured from the chart's origin */
	const rowTop = (depth) => data.inverted ? depth * ROW : -(depth + 1) * ROW;
	const place = (number) => String(Math.round(number * 100) / 100);

	function isFound(node) {
		return found !== null && node > 0 && found[symbol[node]] === 1;
	}

	/* as much of a name as fits, ".." behind it when cut; nothing when that is less than three characters */
	function cutLabel(element, name, room) {
		const characters = [...name];
		const most = Math.floor(room / cell);

		if (/^[\x20-\x7e]*$/.test(name)) {
			element.textContent = characters.length <= most ? name :
				most < 5 ? "" : characters.slice(0, most - 2).join("") + "..";
			return;
		}
		/* other characters are not all one cell wide */
		element.textContent = name;
		if (element.getComputedTextLength() <= room)
			return;
		let low = 0;
		let high = characters.length;
		while (low < high) {
			const middle = (low + high + 1) >> 1;
			element.textContent = characters.slice(0, middle).join("") + "..";
			if (element.getComputedTextLength() <= room)
				low = middle;
			else
				high = middle - 1;
		}
		element.textContent = low < 3 ? "" : characters.slice(0, low).join("") + "..";
	}

	function draw() {
		const scale = share[zoomed] > 0 ? width / share[zoomed] : 0;
		const lines = new Map();
		const toLabel = [];
		let omitted = 0;
		let omittedWeight = Weight(0);
		let omittedOther = Weight(0);

		function put(node, x, w, above) {
			const fill = isFound(node) ? FOUND : data.palette[node === 0 ? data.allColor : color[node]];
			const key = fill + (above ? "above" : "");
			const drawn = w - 0.5 >= Math.max(3, data.minWidth) ? w - 0.5 : w;
			if (!lines.has(key))
				lines.set(key, { fill, above, d: [] });
			lines.get(key).d.push("M" + place(x) + " " + (rowTop(level[node]) + 8) + "h" + place(drawn));
			const row = rows[level[node]] || (rows[level[node]] = { nodes: [], x: [], w: [] });
			row.nodes.push(node);
			row.x.push(x);
			row.w.push(w);
			if (w >= 3 * cell + 6)
				toLabel.push([node, x, w]);
		}

		rows = [];
		for (let node = parent[zoomed]; node >= 0; node = parent[node])
			put(node, PAD, width, true);
		for (let i = zoomed; i < end[zoomed]; i++) {
			const w = i === zoomed ? width : share[i] * scale;
			if (w < data.minWidth && i !== zoomed) {
				omitted += end[i] - i;
				omittedWeight += total[i];
				if (differential)
					omittedOther += other[i];
				i = end[i] - 1;
				continue;
			}
			put(i, PAD + (left[i] - left[zoomed]) * scale, w, false);
		}

		height = Math.max(rows.length, LEAST_ROWS) * ROW;
		const whole = TOP + height + FOOT;
		svg.setAttribute("height", whole);
		svg.setAttribute("viewBox", "0 0 " + data.width + " " + whole);
		chart.setAttribute("transform", "translate(0," + (data.inverted ? TOP : TOP + height) + ")");
		note.setAttribute("y", whole - 10);

		frames.replaceChildren();
		for (const { fill, above, d } of lines.values())
			frames.append(make("path", { stroke: fill, d: d.join(""), class: above ? "above" : "" }));
		labels.replaceChildren();
		/* all into the picture before any is measured: each change after a measurement costs a new layout */
		const made = toLabel.map(([node, x]) =>
			make("text", { x: place(x + 3), y: rowTop(level[node]) + 11.5 }));
		labels.append(...made);
		made.forEach((element, i) => cutLabel(element, nameOf(toLabel[i][0]), toLabel[i][2] - 6));

		const weights = amount(omittedWeight) + ", " + percent(omittedWeight, total[zoomed]) +
			(differential ? " \u2192 " + amount(omittedOther) + ", " + percent(omittedOther, other[zoomed]) : "");
		note.textContent = omitted === 0 ? "" : grouped(omitted) +
			(omitted === 1 ? " frame" : " frames") + " narrower than " + data.minWidth + " px not drawn: " + weights +
			"; zoom in to see more";
		resetButton.hidden = zoomed === 0;
		show(here);
	}

	/* ---- what lies where ---- */

	/* in the picture's own units, whatever the page scales it to */
	function pointOf(event) {
		const matrix = svg.getScreenCTM();
		return matrix ? new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse()) : null;
	}

	function nodeAt(point) {
		if (!point)
			return -1;
		const y = point.y - TOP;
		const row = rows[Math.floor((data.inverted ? y : height - y) / ROW)];
		if (y < 0 || y > height || !row)
			return -1;
		let low = 0;
		let high = row.nodes.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			if (row.x[middle] <= point.x)
				low = middle + 1;
			else
				high = middle;
		}
		const at = low - 1;
		return at >= 0 && point.x < row.x[at] + row.w[at] ? row.nodes[at] : -1;
	}

	/* where a node is drawn; undefined when it is not */
	function boxOf(node) {
		const row = node < 0 ? undefined : rows[level[node]];
		const at = row ? row.nodes.indexOf(node) : -1;
		return at < 0 ? undefined : { x: row.x[at], y: rowTop(level[node]), w: row.w[at] };
	}

	/* ---- pointing ---- */

	/* a symbol in lines of what fits, at most five */
	function wrapped(name, most) {
		const characters = [...name];
		const lines = [];
		for (let i = 0; i < characters.length && lines.length < 5; i += most)
			lines.push(characters.slice(i, i + most).join(""));
		if (characters.length > 5 * most)
			lines[4] = lines[4].slice(0, -2) + "..";
		return lines.length > 0 ? lines : ['""'];
	}

	function showTip(node, x, y) {
		const most = Math.max(20, Math.floor((data.width - 4 * PAD) / cell));
		const lines = wrapped(nameOf(node), Math.min(most, 100)).map((text) => [text, "symbol"])
			.concat(detailsOf(node).map((text) => [text, ""]));
		const box = make("rect", { rx: 3 });

		tip.replaceChildren(box);
		let wide = 0;
		const texts = lines.map(([line, name], i) => {
			const text = make("text", { class: name, x: 6, y: 15 + 15 * i });
			text.textContent = line;
			return text;
		});
		tip.append(...texts);
		for (const text of texts)
			wide = Math.max(wide, text.getComputedTextLength());
		const tall = 15 * lines.length + 9;
		box.setAttribute("width", place(wide + 12));
		box.setAttribute("height", tall);
		const atX = Math.max(2, Math.min(x + 12, data.width - wide - 14));
		/* below, else above, else over what it tells of */
		const lowest = TOP + height + FOOT - tall - 2;
		const atY = y + 18 <= lowest ? y + 18 : y - tall - 6 >= 2 ? y - tall - 6 : lowest;
		tip.setAttribute("transform", "translate(" + place(atX) + "," + place(atY) + ")");
		tip.setAttribute("visibility", "visible");
	}

	/* Mark a node and tell of it; tip beside "point", or beside the frame. */
	function show(node, point) {
		const box = boxOf(node);

		here = box ? node : -1;
		if (!box) {
			mark.setAttribute("visibility", "hidden");
			tip.setAttribute("visibility", "hidden");
			details.textContent = "";
			return;
		}
		mark.setAttribute("x", place(box.x));
		mark.setAttribute("y", box.y);
		mark.setAttribute("width", place(box.w));
		mark.setAttribute("visibility", "visible");
		details.textContent = isolated(nameOf(node).slice(0, 200)) + "  " + detailsOf(node).join("; ");
		if (point)
			showTip(node, point.x, point.y);
		else if (document.activeElement === chart)
			showTip(node, box.x, box.y + (data.inverted ? TOP : TOP + height));
		else
			tip.setAttribute("visibility", "hidden");
	}

	function zoom(node) {
		if (node < 0 || !(share[node] > 0))
			return;
		zoomed = node;
		draw();
		countFound();
	}

	svg.addEventListener("pointermove", (event) => {
		const point = pointOf(event);
		const node = controls.contains(event.target) ? -1 : nodeAt(point);
		show(node, point);
	});
	svg.addEventListener("pointerleave", () => show(-1));
	chart.addEventListener("click", (event) => zoom(nodeAt(pointOf(event))));

	/* ---- keys ---- */

	/* the drawn neighbour of a node on its level */
	function beside(node, step) {
		const row = rows[level[node]];
		const at = row.nodes.indexOf(node) + step;
		return at >= 0 && at < row.nodes.length ? row.nodes[at] : node;
	}

	/* the widest drawn child */
	function into(node) {
		let best = node;
		if (level[node] < level[zoomed])
			return rows[level[node] + 1].nodes[0];
		for (let i = node + 1; i < end[node]; i = end[i]) {
			if (boxOf(i) && (best === node || share[i] > share[best]))
				best = i;
		}
		return best;
	}

	chart.addEventListener("keydown", (event) => {
		const deeper = data.inverted ? "ArrowDown" : "ArrowUp";
		const higher = data.inverted ? "ArrowUp" : "ArrowDown";
		const from = here < 0 ? zoomed : here;
		let to = from;

		if (event.altKey || event.ctrlKey || event.metaKey)
			return;
		if (event.key === deeper)
			to = here < 0 ? from : into(from);
		else if (event.key === higher)
			to = Math.max(parent[from], 0);
		else if (event.key === "ArrowLeft")
			to = beside(from, -1);
		else if (event.key === "ArrowRight")
			to = beside(from, 1);
		else if (event.key === "Home")
			to = 0;
		else if (event.key === "Enter" || event.key === " ")
			zoom(from);
		else if (event.key === "Escape" && zoomed !== 0)
			zoom(0);
		else if (event.key === "Escape")
			searchFor("");
		else if (event.key === "/")
			searchBox.focus();
		else
			return;
		event.preventDefault();
		show(to);
	});
	chart.addEventListener("focus", () => show(here < 0 ? zoomed : here));
	chart.addEventListener("blur", () => show(-1));

	/* ctrl-F: the whole window's when the picture is all there is, else only where it has the focus */
	(document.documentElement === svg ? window : svg).addEventListener("keydown", (event) => {
		if ((event.ctrlKey || event.metaKey) && event.key === "f" && document.activeElement !== searchBox) {
			event.preventDefault();
			searchBox.focus();
			searchBox.select();
		}
	});

	/* ---- search ---- */

	const holder = make("foreignObject", { class: "holder", x: Math.max(0, data.width - 470), y: 4, width: Math.min(460, data.width), height: 26 });
	const controls = make("div", { class: "controls" }, XHTML);
	const button = (text, title, action) => {
		const element = make("button", { type: "button", title }, XHTML);
		element.textContent = text;
		element.addEventListener("click", action);
		controls.append(element);
		return element;
	};
	const resetButton = button("Reset zoom", "show the whole (Escape)", () => zoom(0));
	const searchBox = make("input", {
		type: "search", class: "search", placeholder: "search (regular expression)", spellcheck: "false",
		"aria-label": "search symbols by a regular expression"
	}, XHTML);
	controls.append(searchBox);
	const caseButton = button("Aa", "match upper and lower case", () => {
		caseButton.setAttribute("aria-pressed", caseButton.getAttribute("aria-pressed") !== "true");
		searchFor(searchBox.value);
	});
	caseButton.setAttribute("aria-pressed", "true");
	resetButton.hidden = true;
	holder.append(controls);
	/* the tip last, above all else */
	svg.append(holder, tip);
	const matched = part("matched");

	/* weight of what is shown and found: each stack once, however often it matches, and the not drawn as well */
	function countFound() {
		let sum = Weight(0);
		let otherSum = Weight(0);
		let all = false;

		if (found === null) {
			matched.textContent = "";
			return;
		}
		for (let node = parent[zoomed]; node > 0; node = parent[node])
			all = all || isFound(node);
		for (let i = zoomed; i < end[zoomed]; i++) {
			if (!all && !isFound(i))
				continue;
			sum += total[i];
			if (differential)
				otherSum += other[i];
			i = end[i] - 1;
		}
		matched.textContent = "matched " + percent(sum, total[zoomed]) +
			(differential ? " \u2192 " + percent(otherSum, other[zoomed]) : "") + ", " + amount(sum) +
			(differential ? " \u2192 " + amount(otherSum) : "");
	}

	function searchFor(pattern) {
		let expression;

		if (searchBox.value !== pattern)
			searchBox.value = pattern;
		searchBox.setCustomValidity("");
		found = null;
		if (pattern !== "") {
			try {
				expression = new RegExp(pattern, caseButton.getAttribute("aria-pressed") === "true" ? "" : "i");
			} catch (error) {
				searchBox.setCustomValidity(error.message);
			}
			if (expression)
				found = Uint8Array.from(names, (name) => expression.test(name) ? 1 : 0);
		}
		draw();
		countFound();
		if (!searchBox.validity.valid)
			matched.textContent = searchBox.validationMessage;
	}

	searchBox.addEventListener("input", () => searchFor(searchBox.value));
	searchBox.addEventListener("keydown", (event) => {
		event.stopPropagation();
		if (event.key === "Escape" || event.key === "Enter") {
			if (event.key === "Escape")
				searchFor("");
			chart.focus();
			event.preventDefault();
		}
	});

	draw();
})(document.currentScript.parentNode);
