import { expect, it } from "vitest";
import { dialectOf } from "./dialect.js";
import { createTable, migration, name } from "./testing/changes.js";

const plain = createTable("users", ["id text", "age integer"]);
const postgres = createTable("teams", ["id uuid", "made_at timestamptz"]);

it("A history is PostgreSQL's when its files say so", () => {
  expect(dialectOf([migration("1.sql", [plain]).text, migration("2.sql", [postgres]).text])).toBe(
    "postgresql",
  );
  expect(dialectOf([migration("1.sql", [plain]).text])).toBe("postgresql");
});

it("PostgreSQL's grammar reads SQLite too, so a file that only SQLite reads decides", () => {
  const files = [
    migration("1.sql", [plain]),
    migration("2.sql", [plain]),
    migration("3.sql", [plain], "sqlite"),
  ];
  expect(dialectOf(files.map(({ text }) => text))).toBe("sqlite");
  const mixed = [
    migration("1.sql", [postgres]),
    migration("2.sql", [postgres]),
    migration("3.sql", [], "mysql"),
  ];
  expect(dialectOf(mixed.map(({ text }) => text))).toBe("postgresql");
});

it("Nobody knows where no file says so, unless there is row security", () => {
  expect(dialectOf([migration("1.ts", [plain, postgres], null).text])).toBeNull();
  const secured = { kind: "row-security", table: name("teams"), enabled: true, forced: null } as const;
  expect(dialectOf([migration("1.ts", [postgres, secured], null).text])).toBe("postgresql");
});
