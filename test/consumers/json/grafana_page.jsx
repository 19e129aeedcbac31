/*
 * The page that grafana.mjs drives: Grafana's flame graph as its panel mounts
 * it, and what its data container makes of the rows.
 */
import { createDataFrame, createTheme, FieldType, ThemeContext } from "@grafana/data";
import { FlameGraph } from "@grafana/flamegraph";
import { createRoot } from "react-dom/client";
/* not exported: the conversion that the component uses */
import { FlameGraphDataContainer } from "./node_modules/@grafana/flamegraph/dist/esm/FlameGraph/dataTransform.mjs";

const theme = createTheme({ colors: { mode: "light" } });
let root;

/* Rows of the function as a data source gives them: a field for each column. */
function frameOf(rows) {
	return createDataFrame({
		fields: Object.keys(rows[0]).map((name) => ({
			name,
			type: name === "label" ? FieldType.string : FieldType.number,
			values: rows.map((row) => row[name]),
			config: {},
		})),
	});
}

/* What the container makes of them: for each row where its bar lies. */
window.convert = (rows) => {
	const container = new FlameGraphDataContainer(frameOf(rows), { collapsing: false }, theme);
	const bars = [];

	container.getLevels().forEach((level, depth) => {
		for (const item of level) {
			const row = item.itemIndexes[0];
			bars[row] = [depth, item.start, item.value, item.valueRight ?? null, container.getSelf(row), container.getSelfRight(row),
				container.getLabel(row), item.parents?.[0]?.itemIndexes[0] ?? null];
		}
	});
	return { diff: container.isDiffFlamegraph(), bars };
};

window.mount = (rows) => {
	root ??= createRoot(document.getElementById("root"));
	root.render(
		<ThemeContext.Provider value={theme}>
			<FlameGraph data={frameOf(rows)} getTheme={() => theme} stickyHeader={false} showAnalyzeWithAssistant={false} disableCollapsing />
		</ThemeContext.Provider>
	);
};
