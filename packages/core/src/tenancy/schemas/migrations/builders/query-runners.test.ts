/** Sequelize's query interface and TypeORM's query runner, whose calls are named alike. */
import { sqlParser } from "@tenant-audit/sql";
import ts from "typescript";
import { expect, test } from "vitest";
import { link } from "../../../../link/link.js";
import { lower } from "../../../../lower/lower.js";
import { readBuilderMigrations } from "./builders.js";

function readFiles(files: Readonly<Record<string, string>>) {
  const modules = new Map(Object.entries(files).map(([file, text]) => [file, lower(ts, file, text)]));
  const program = link({ files: Object.keys(files), packages: [], aliases: [] }, modules);
  return readBuilderMigrations({ program, isRead: () => true, sql: sqlParser });
}

function read(text: string) {
  return readFiles({ "1.ts": text })[0];
}

test("Sequelize makes columns that may be null unless `allowNull` says otherwise", () => {
  const made = read(`module.exports = { up: async (queryInterface, Sequelize) => {
    await queryInterface.createTable("users", {
      id: { type: Sequelize.UUID, primaryKey: true, allowNull: false },
      orgId: { type: Sequelize.STRING(36), allowNull: false, references: { model: "orgs", key: "id" } },
      name: Sequelize.STRING,
    });
  } };`);
  expect(made?.kind).toBe("sequelize");
  expect(made?.text.changes).toMatchObject([
    {
      kind: "create-table",
      columns: [
        { name: "id", type: "uuid", nullable: false },
        { name: "orgId", type: "varchar(36)", nullable: false },
        { name: "name", type: "varchar(255)", nullable: true },
      ],
      constraints: [
        { kind: "primary-key", columns: ["id"] },
        { kind: "foreign-key", columns: ["orgId"], table: { schema: null, name: "orgs" }, targets: ["id"] },
      ],
    },
  ]);
});

test("Sequelize alters tables, also in a transaction", () => {
  const made = read(`exports.up = (queryInterface, Sequelize) =>
    queryInterface.sequelize.transaction(async (transaction) => {
      await queryInterface.addColumn("users", "a", { type: Sequelize.DATE, allowNull: false }, { transaction });
      await queryInterface.removeColumn("users", "b", { transaction });
      await queryInterface.renameColumn("users", "c", "d");
      await queryInterface.changeColumn("users", "e", { type: Sequelize.TEXT, allowNull: true });
      await queryInterface.addConstraint("users", { type: "unique", fields: ["a"], name: "one_a" });
      await queryInterface.addIndex("users", ["a"], { unique: true, name: "index_a" });
      await queryInterface.renameTable("users", "people");
    });`);
  expect(made?.text.changes).toMatchObject([
    { kind: "add-column", column: { name: "a", type: "timestamptz", nullable: false } },
    { kind: "drop-column", column: "b" },
    { kind: "rename-column", column: "c", to: "d" },
    { kind: "alter-column", column: "e", type: "text", nullable: true },
    { kind: "add-constraint", constraint: { kind: "unique", name: "one_a", columns: ["a"] } },
    { kind: "create-index", name: "index_a", columns: ["a"], unique: true },
    { kind: "rename-table", to: "people" },
  ]);
});

test("TypeORM makes columns that may not be null unless `isNullable` says otherwise", () => {
  const made = read(`import { Table, TableColumn, TableForeignKey } from "typeorm";
    export class Users1 {
      async up(queryRunner) {
        await queryRunner.createTable(new Table({
          name: "users",
          columns: [
            { name: "id", type: "uuid", isPrimary: true, isGenerated: true },
            { name: "name", type: "varchar", length: "40", isNullable: true },
          ],
          foreignKeys: [{ columnNames: ["id"], referencedTableName: "people", referencedColumnNames: ["id"] }],
        }));
        await queryRunner.addColumn("users", new TableColumn({ name: "org_id", type: "uuid" }));
        await queryRunner.createForeignKey("users", new TableForeignKey({
          name: "to_org", columnNames: ["org_id"], referencedTableName: "auth.orgs", referencedColumnNames: ["id"],
        }));
        await queryRunner.dropTable("old");
      }
    }`);
  expect(made?.kind).toBe("typeorm");
  expect(made?.text.unread).toEqual([]);
  expect(made?.text.changes).toMatchObject([
    {
      kind: "create-table",
      columns: [
        { name: "id", type: "uuid", nullable: false, defaulted: true },
        { name: "name", type: "varchar(40)", nullable: true, defaulted: false },
      ],
      constraints: [
        { kind: "primary-key", columns: ["id"] },
        { kind: "foreign-key", columns: ["id"], table: { name: "people" }, targets: ["id"] },
      ],
    },
    { kind: "add-column", column: { name: "org_id", nullable: false } },
    {
      kind: "add-constraint",
      constraint: { kind: "foreign-key", name: "to_org", table: { schema: "auth", name: "orgs" } },
    },
    { kind: "drop-table", table: { name: "old" } },
  ]);
});

test("attributes that come from elsewhere make their table unread", () => {
  const made = read(`exports.up = (queryInterface) => queryInterface.createTable("users", attributesOf());`);
  expect(made?.text.unread).toMatchObject([{ kind: "dynamic", text: "createTable" }]);
});
