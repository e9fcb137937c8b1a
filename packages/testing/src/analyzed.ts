/** A program of a few files, analysed as a whole, with a schema that most stories can share. */
import { type Configuration, type Report, analyze, lowerFile, noConfiguration } from "@tenant-audit/core";
import ts from "typescript";

const database = `
import { Kysely } from "kysely";
export interface Database {
  organizations: { id: string; name: string };
  users: { id: string; email: string };
  memberships: { organization_id: string; user_id: string; role: string };
  customers: { id: string; organization_id: string; name: string };
  invoices: { id: string; organization_id: string; customer_id: string; total: number };
  countries: { code: string; name: string };
}
export const db = new Kysely<Database>({} as never);
`;

/** `source` is `main.ts`; `db` comes from `./database.js`. */
export function analyzed(
  source: string,
  others: Readonly<Record<string, string>> = {},
  configuration: Configuration = noConfiguration,
): Report {
  const files = { ...others, "database.ts": database, "main.ts": source };
  return analyzedFiles(new Map(Object.entries(files)), configuration);
}

/** With a schema of its own. */
export function analyzedFiles(
  files: ReadonlyMap<string, string>,
  configuration: Configuration = noConfiguration,
): Report {
  return analyze({
    layout: { files: [...files.keys()], packages: [], aliases: [] },
    modules: new Map([...files].map(([file, text]) => [file, lowerFile(ts, file, text).module])),
    judged: new Set(files.keys()),
    tests: new Set(),
    schemas: [],
    migrations: [],
    sql: null,
    configuration,
    skipped: [],
    notJudged: [],
    notes: [],
    version: "0.0.0",
    asOf: "2026-11-01",
    sees: "project",
  }).report;
}
