import { expect, it } from "vitest";
import type { SessionChange } from "../trace/session.js";
import type { Value } from "../trace/value.js";
import { readSettings } from "./settings.js";
import type { SqlText } from "./text.js";

const tenantId = { kind: "symbolic", id: "value:1", text: "tenantId" } as unknown as Value;
const local = { kind: "literal", value: false } as const;

function told(change: SessionChange): string {
  if (change.kind !== "set") return change.kind === "reset" ? `reset ${change.name ?? "all"}` : change.kind;
  const { name, value, until, spliced } = change;
  const shown = value === tenantId ? "tenantId" : value.kind === "literal" ? String(value.value) : value.kind;
  return `${name}=${shown} until ${until}${spliced.length > 0 ? ", spliced" : ""}`;
}

function changesIn(text: string | SqlText, parameters: readonly Value[] = []): readonly string[] {
  return (readSettings(typeof text === "string" ? [text] : text, parameters)?.changes ?? []).map(told);
}

it.each<[string, readonly string[]]>([
  ["SET app.tenant = 'a'", ["app.tenant=a until session"]],
  ["SET SESSION app.tenant TO 'a'", ["app.tenant=a until session"]],
  ["set local \"app\".\"tenant\" = 'it''s'", ["app.tenant=it's until transaction"]],
  ["SET LOCAL app.tenant TO DEFAULT", ["reset app.tenant"]],
  ["-- who asks\nSET timezone TO 'UTC';", ["timezone=UTC until session"]],
  ["SET search_path TO billing, public", ["search_path=billing , public until session"]],
  [
    "select set_config('app.tenant', 'a', true), set_config('app.user', 'b', false)",
    ["app.tenant=a until transaction", "app.user=b until session"],
  ],
  [
    "begin; select set_config('app.tenant', 'a', 't'); commit",
    ["begin", "app.tenant=a until transaction", "end"],
  ],
  ["START TRANSACTION ISOLATION LEVEL SERIALIZABLE", ["begin"]],
  ["ROLLBACK TO SAVEPOINT one", []],
  ["ROLLBACK", ["end"]],
  ["RESET app.tenant; RESET ALL; DISCARD ALL", ["reset app.tenant", "reset all", "reset all"]],
  ["UPDATE invoices SET paid = true", []],
  ["SET TRANSACTION READ ONLY", []],
  ["insert into notes (text) values ('SET app.tenant = 1')", []],
])("%s", (text, changes) => {
  expect(changesIn(text)).toEqual(changes);
});

it("knows which value is set, as a parameter or as a part of the text", () => {
  expect(changesIn("select set_config('app.tenant', $1::text, true)", [tenantId])).toEqual([
    "app.tenant=tenantId until transaction",
  ]);
  expect(
    changesIn("select set_config($1, $2, $3)", [{ kind: "literal", value: "app.tenant" }, tenantId, local]),
  ).toEqual(["app.tenant=tenantId until session"]);
  const spliced: SqlText = ["SET app.tenant = '", { kind: "open", value: tenantId, isSpliced: true }, "'"];
  expect(changesIn(spliced)).toEqual(["app.tenant=tenantId until session, spliced"]);
});

it("says whether a statement does anything else", () => {
  expect(readSettings(["select set_config('app.tenant', 'a', true)"], [])?.isAll).toBe(true);
  expect(readSettings(["select set_config('app.tenant', 'a', true) from invoices"], [])?.isAll).toBe(false);
  expect(readSettings(["select 1"], [])).toBe(null);
});

it("survives long texts", () => {
  const text = `select ${"(".repeat(50_000)}set_config('app.tenant', 'a', true)`;
  expect(changesIn(text)).toEqual([]);
});
