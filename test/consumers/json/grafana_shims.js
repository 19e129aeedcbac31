/*
 * In place of two modules that Grafana's packages import: the assistant, which
 * only a Grafana server has, and a CommonJS one whose default export bundlers
 * take differently.
 */
import { Scrollbars } from "./node_modules/react-custom-scrollbars-2/lib/index.js";

export const OpenAssistantButton = () => null;
export { Scrollbars };
export default Scrollbars;
