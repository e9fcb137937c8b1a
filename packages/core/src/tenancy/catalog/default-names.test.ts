import { expect, it } from "vitest";
import { defaultName, type Unnamed } from "./default-names.js";

function unnamed(
  thing: Unnamed["thing"],
  table: string,
  columns: readonly (string | null)[],
  taken: readonly string[] = [],
) {
  return { thing, table, columns, isTaken: (name: string) => taken.includes(name) };
}

it("PostgreSQL names constraints after their table and columns", () => {
  expect(defaultName("postgresql", unnamed("primary-key", "users", ["id"]))).toBe("users_pkey");
  expect(defaultName("postgresql", unnamed("unique", "users", ["team_id", "email"]))).toBe(
    "users_team_id_email_key",
  );
  expect(defaultName("postgresql", unnamed("index", "users", [null]))).toBe("users_expr_idx");
  expect(
    defaultName("postgresql", unnamed("foreign-key", "users", ["team_id"], ["users_team_id_fkey"])),
  ).toBe("users_team_id_fkey1");
});

it("PostgreSQL shortens the longer part until the name has 63 bytes", () => {
  const long = "a".repeat(55);
  expect(defaultName("postgresql", unnamed("foreign-key", long, ["team_id"]))).toBe(
    `${"a".repeat(50)}_team_id_fkey`,
  );
  expect(defaultName("postgresql", unnamed("foreign-key", long, ["b".repeat(50)]))).toBe(
    `${"a".repeat(29)}_${"b".repeat(28)}_fkey`,
  );
  expect(defaultName("postgresql", unnamed("primary-key", "ü".repeat(40), ["id"]))).toBe(
    `${"ü".repeat(29)}_pkey`,
  );
});

it("MySQL calls a key like its first column and counts foreign keys", () => {
  expect(defaultName("mysql", unnamed("unique", "users", ["email", "team_id"], ["email"]))).toBe("email_2");
  expect(defaultName("mysql", unnamed("foreign-key", "users", ["team_id"]))).toBe("users_ibfk_1");
});
