export { columnOf, qualifierOf, splitAlias } from "../../trace/builders.js";
