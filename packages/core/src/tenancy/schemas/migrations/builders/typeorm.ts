import type { ReadCall } from "./follow.js";
export const readTypeormCall: ReadCall = () => null;
