/*
 * The page that d3.mjs drives: d3-flame-graph over the JSON of proftree_to_d3().
 */
import flamegraph from "d3-flame-graph";
import { select } from "d3-selection";

/* Draws it and gives a row for every bar: [depth, start, width, name, value],
   start and width as shares of the whole. */
window.draw = async (url, minimum) => {
	const root = await (await fetch(url)).json();

	select("#chart").selectAll("*").remove();
	const chart = flamegraph().width(1200).cellHeight(18).minFrameSize(minimum).transitionDuration(0);
	select("#chart").datum(root).call(chart);
	const bars = [];
	select("#chart").selectAll("g.frame").each((d) => bars.push([d.depth, d.x0, d.x1 - d.x0, d.data.name, d.value]));
	return bars;
};

window.zoom = async (name) => {
	document.querySelectorAll("#chart g.frame").forEach((g) => {
		if (g.__data__.data.name === name)
			g.dispatchEvent(new MouseEvent("click", { bubbles: true }));
	});
	await new Promise((done) => setTimeout(done, 500));
	return [...document.querySelectorAll("#chart g.frame")].map((g) => [g.__data__.data.name, Number(g.querySelector("rect").getAttribute("width"))]);
};
