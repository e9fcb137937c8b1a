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

const named = (table: string, name: string, type = "text"): readonly string[] => {
  const source = "entities";
  const tableOf = (one: string, key: string, keyType = "text") =>
    rawTable({ name: one, source, columns: [column(key, keyType)], primaryKey: [key] });
  const tables = [
    tableOf("credentials", "id"),
    tableOf("customers", "id"),
    tableOf("audiences", "id"),
    tableOf("mail_domains", "name"),
    tableOf("plans", "name"),
    tableOf("batches", "number", "integer"),
    rawTable({ name: "users", source, columns: [column("name", "text")], primaryKey: ["name"] }),
  ].filter((one) => one.name !== table);
  const own = tableOf(table, "id");
  const asking = rawTable({ ...own, columns: [...own.columns, column(name, type)] });
  return linkTables([...tables, asking])
    .byName.get(table)!
    .named.map((one) => `${one.table}.${one.target}`);
};

test.each([
  ["sms_credentials_id", "credentials.id"],
  ["whatsAppCredentialsId", "credentials.id"],
  ["slack_credentials_id", "credentials.id"],
  ["billed_customer_id", "customers.id"],
  ["mail_domain", "mail_domains.name"],
  ["mailDomain", "mail_domains.name"],
  ["mail_domain_name", "mail_domains.name"],
])("%s names a row of %s", (name, row) => {
  expect(named("campaigns", name)).toEqual([row]);
});

test.each([
  ["stripe_customer_id", "text"],
  ["sms_credentials_id", "integer"],
  ["mail_domain", "boolean"],
  ["mail_domain", "MailDomain"],
  ["mail_domain_address", "text"],
  ["audience", "text"],
  ["batch", "text"],
  ["plan", "text"],
  ["user", "text"],
  ["credentials_id", "text"],
])("%s of type %s names no row by its name alone", (name, type) => {
  expect(named("campaigns", name, type)).toEqual([]);
});

test("a column in the same table names no row of it by a name", () => {
  expect(named("mail_domains", "mail_domain")).toEqual([]);
});
