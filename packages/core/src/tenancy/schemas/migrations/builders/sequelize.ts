import type { ReadCall } from "./follow.js";
export const readSequelizeCall: ReadCall = () => null;
