import { expect, it } from "vitest";
import type { RawTable } from "../schemas/source.js";
import { applyHistory } from "./catalog.js";
import type { ViewColumn } from "./changes.js";
import {
  createTable,
  dropTable,
  foreignKey,
  migration,
  name,
  primaryKey,
  renameColumn,
  renameTable,
  type AnyChange,
} from "./testing/changes.js";

const organizations = createTable("organizations", ["id uuid"], [primaryKey("id")]);
const projects = createTable(
  "projects",
  ["id uuid", "organization_id uuid", "note text null"],
  [primaryKey("id"), foreignKey("organization_id", "organizations")],
);

function createView(
  view: string,
  reads: readonly string[],
  columns: readonly ViewColumn[] | null,
): AnyChange {
  return {
    kind: "create-view",
    view: name(view),
    materialized: false,
    reads: reads.map(name),
    columns,
    securityInvoker: false,
  };
}

function from(column: string, table: string, source = column): ViewColumn {
  return { name: column, from: { table: name(table), column: source } };
}

function viewAfter(
  view: string,
  changes: readonly AnyChange[],
  dialect: "postgresql" | "mysql" = "postgresql",
) {
  const { tables } = applyHistory([migration("1.sql", changes, dialect)]);
  return tables.find((table) => table.name === view);
}

it("A view repeats the columns and foreign keys of the table that it reads", () => {
  const view = viewAfter("mine", [
    organizations,
    projects,
    createView(
      "mine",
      ["projects"],
      [from("owner", "projects", "organization_id"), { name: "count", from: null }],
    ),
  ]);
  expect(view).toMatchObject({
    readable: true,
    view: { reads: ["projects"], securityInvoker: false },
    foreignKeys: [{ columns: ["owner"], table: "organizations", targets: ["id"] }],
    primaryKey: [],
    rowSecurity: null,
  } satisfies Partial<RawTable>);
  expect(view!.columns.map(({ name, nullable, type }) => [name, nullable, type])).toEqual([
    ["owner", false, "uuid"],
    ["count", true, ""],
  ]);
});

it("A star of one known table stands for its columns at that time", () => {
  const view = viewAfter("all_projects", [
    organizations,
    projects,
    createView("all_projects", ["projects"], null),
    {
      kind: "add-column",
      table: name("projects"),
      column: { name: "late", type: "text", nullable: true, defaulted: false },
      ifNotExists: false,
    },
  ]);
  expect(view!.columns.map((column) => column.name)).toEqual(["id", "organization_id", "note"]);
});

it("A star of several tables, or of one that nobody knows, cannot be read", () => {
  const made = [organizations, projects, createView("both", ["projects", "organizations"], null)];
  expect(viewAfter("both", made)).toMatchObject({ readable: false, columns: [] });
  expect(viewAfter("foreign", [createView("foreign", ["elsewhere"], null)])).toMatchObject({
    readable: false,
  });
});

it("A view of a view repeats the table at its bottom", () => {
  const view = viewAfter("upper", [
    organizations,
    projects,
    createView("lower", ["projects"], [from("team", "projects", "organization_id")]),
    createView("upper", ["lower"], null),
  ]);
  expect(view!.foreignKeys).toEqual([{ columns: ["team"], table: "organizations", targets: ["id"] }]);
  expect(view!.view!.reads).toEqual(["lower"]);
});

it("Views follow new names in PostgreSQL and are found by their names elsewhere", () => {
  const changes = [
    organizations,
    projects,
    createView("mine", ["projects"], [from("organization_id", "projects")]),
    renameTable("projects", "works"),
    renameColumn("works", "organization_id", "team_id"),
  ];
  const key = { columns: ["organization_id"], table: "organizations", targets: ["id"] };
  expect(viewAfter("mine", changes)).toMatchObject({ view: { reads: ["works"] }, foreignKeys: [key] });
  expect(viewAfter("mine", changes, "mysql")).toMatchObject({
    view: { reads: ["projects"] },
    foreignKeys: [],
  });
});

it("A view goes with its table in PostgreSQL, and is replaced by one of its name", () => {
  const view = createView("mine", ["projects"], [from("id", "projects")]);
  expect(viewAfter("mine", [organizations, projects, view, dropTable("projects")])).toBeUndefined();
  const replaced = createView("mine", ["projects"], [from("note", "projects")]);
  expect(viewAfter("mine", [organizations, projects, view, replaced])!.columns).toHaveLength(1);
});

it("Views that read each other end", () => {
  const changes = [
    createView("one", ["other"], [from("x", "other")]),
    createView("other", ["one"], [from("x", "one")]),
  ];
  expect(viewAfter("one", changes)!.columns).toHaveLength(1);
});
