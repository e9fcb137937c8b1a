/**
 * From schemas to the tenancy model. Readers say what the schemas say; here it is decided what that means, and what the
 * configuration says comes before every guess.
 */
import { classifyTables } from "./classes.js";
import { noConfiguration, type Configuration, type ConfigurationError } from "../config.js";
import { decide, decideUsers } from "./decisions.js";
import { findLevels } from "./levels.js";
import { mergeSources } from "./merge.js";
import { findUsers } from "./users.js";
import { linkTables } from "./references.js";
import type { SchemaSource } from "../schemas/source.js";
import type { Tenancy, TenancyProblem } from "../tenancy.js";

export interface Inference {
  readonly tenancy: Tenancy;
  /** Where the configuration speaks of what no schema has; what it says there is ignored. */
  readonly errors: readonly ConfigurationError[];
}

export function inferTenancy(
  sources: readonly SchemaSource[],
  configuration: Configuration = noConfiguration,
): Inference {
  const merged = mergeSources(sources);
  const { users, errors } = decideUsers(configuration, merged.tables);
  const schema = linkTables(merged.tables, users);
  const decisions = decide(configuration, schema);
  const levels = findLevels(schema, decisions.levels);
  const tables = decisions.tables(levels);
  const problems: TenancyProblem[] = [...merged.problems];
  if (schema.tables.length > 0 && levels.length === 0) {
    problems.push({
      file: null,
      line: null,
      message: `None of the ${schema.tables.length} tables looks like a table of tenants, so no table could be classified. Name it in tenant-audit.config.json: { "levels": { "organization": { "table": "…", "columns": ["…"] } } }.`,
    });
  }
  return {
    tenancy: {
      levels: levels.map(({ name, table, columns, parent, confidence, reason }) => ({
        name,
        table,
        columns,
        parent,
        confidence,
        reason,
      })),
      users: findUsers(schema, users),
      dialects: [...new Set(sources.flatMap(({ dialect }) => dialect ?? []))],
      tables: classifyTables(schema, levels, tables.decisions),
      problems,
    },
    errors: [...errors, ...decisions.errors, ...tables.errors],
  };
}
