/** A schema for tests of the tenancy model, in a line per table. */

/**
 * `invoices: id, organization_id, customer_id?` is a table of three columns, the last one nullable. `owner -> users` is a
 * foreign key to `users.id`. A table without columns is one that could not be read.
 */
export function schemaInLines(text: string) {
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const speaksFor: "code" | "database" | "both" = "both";
  return { kind: "test schema", speaksFor, tables: lines.map(tableFrom), problems: [], complete: true };
}

function tableFrom(line: string, index: number) {
  const [name, written] = line.split(":") as [string, string];
  const columns = written
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "")
    .map((each) => {
      const [column, target] = each.split("->").map((part) => part.trim()) as [string, string?];
      return { name: column.replace("?", ""), nullable: column.endsWith("?"), target };
    });
  return {
    name,
    aliases: [],
    columns: columns.map((column) => ({
      name: column.name,
      aliases: [],
      nullable: column.nullable,
      type: "string",
      defaulted: false,
    })),
    readable: columns.length > 0,
    primaryKey: columns.some((column) => column.name === "id") ? ["id"] : [],
    unique: [],
    foreignKeys: columns.flatMap((column) =>
      column.target ? [{ columns: [column.name], table: column.target, targets: ["id"] }] : [],
    ),
    relations: [],
    view: null,
    partitionOf: null,
    rowSecurity: null,
    source: "test schema",
    file: "schema.txt",
    line: index + 1,
    madeAt: null,
  };
}
