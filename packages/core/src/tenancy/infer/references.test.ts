import { expect, test } from "vitest";
import { rawTable } from "../schemas/source.js";
import type { TableColumn } from "../tenancy.js";
import { linkTables } from "./references.js";

function column(name: string, type: string): TableColumn {
  return { name, aliases: [], nullable: false, type, defaulted: false };
}

function linksOf(type: string): readonly string[] {
  const source = "entities";
  const teams = rawTable({ name: "teams", source, columns: [column("id", "uuid")], primaryKey: ["id"] });
  const projects = rawTable({ name: "projects", source, columns: [column("team_id", type)] });
  return linkTables([teams, projects])
    .byName.get("projects")!
    .links.map((link) => link.table);
}

test.each(["timestamptz", "timestamp", "Date", "dateonly", "bool", "boolean", "simple-json", "jsonb"])(
  "a column of type %s holds no id",
  (type) => {
    expect(linksOf(type)).toEqual([]);
  },
);

test.each(["uuid", "varchar(36)", "string", "String", "unknown"])(
  "a column of type %s may hold an id",
  (type) => {
    expect(linksOf(type)).toEqual(["teams"]);
  },
);
