/** What the shells use. */
export {
  accessSigns,
  clientNames,
  unspokenClientNames,
  analyze,
  analyzeProgram,
  learnTenancy,
  scopingClientsIn,
  type Analysis,
  type ModelInput,
  type ProjectInput,
  type SchemaFile,
} from "./analyze.js";
export { isDate } from "./judge/exemptions/date.js";
export { exemptionKinds } from "./judge/exemptions/grammar.js";
export { rules, type Rule } from "./judge/rules.js";
export { type Compiler, lowerFile } from "./lower/lower.js";
export { type Module, moduleVersion } from "./lower/module.js";
export { isModule } from "./lower/shape.js";
export { link } from "./link/link.js";
export { functionNamesOn } from "./link/places.js";
export type { Layout, PathAlias, Program, WorkspacePackage } from "./link/program.js";
export { reportedTenancy, type Finished } from "./report/assemble.js";
export type { SuggestedRepair } from "./report/repair.js";
export * from "./report/contract.js";
export { jsonReport } from "./report/json.js";
export {
  documentChanges,
  documentMark,
  markdownReport,
  markdownTenancy,
  type DocumentChanges,
} from "./report/markdown.js";
export { groupBy } from "./report/order.js";
export { jsonText, markdownCode, markdownProse, plainText, sourceLine } from "./report/sanitize.js";
export {
  accessWords,
  constraintWords,
  counted,
  grouped,
  tableClassMeanings,
  protectionMeanings,
  protectionsStrongestFirst,
  verdictMeanings,
} from "./report/words.js";
export {
  noConfiguration,
  parseConfiguration,
  type Configuration,
  type ConfigurationError,
} from "./tenancy/config.js";
export {
  changesVersion,
  type MigrationText,
  type PolicyTerm,
  type PolicyValue,
} from "./tenancy/catalog/changes.js";
export type { RowSecurity } from "./tenancy/catalog/row-security.js";
export type { MigrationFile } from "./tenancy/schemas/migrations/migrations.js";
export { callOfTableMakers, mayDeclareTables, mayMakeTableMakers } from "./tenancy/schemas/signs.js";
export { readSqlMigration } from "./tenancy/schemas/sql/sql.js";
export type { SqlParser, PostgresResult, OtherDialect, OtherResult } from "./sql/parser.js";
export type * from "./tenancy/tenancy.js";
export {
  correctionsOf,
  entryText,
  tablesNamed,
  wayToTenant,
  type Correction,
  type StepToTenant,
} from "./tenancy/explain.js";
export { configurationText, suggestionsFor, type Suggestion } from "./tenancy/suggest.js";
export { findNearest, normalized } from "./tenancy/names.js";
export { reasonForComponent, reasonInName, reasonInText, sourceName } from "./judged.js";
