/** The SQL grammars that the engine is handed: each is loaded when the first text for it arrives, and synchronously. */
import type { SqlParser } from "@tenant-audit/core";
import { parseOther } from "./other.js";
import { parsePostgres } from "./postgres.js";

export const sqlParser: SqlParser = { postgres: parsePostgres, other: parseOther };
