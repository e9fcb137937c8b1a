import { describe, expect, it } from "vitest";
import type { ColumnFacts, TableFacts } from "./facts.js";
import { bindWritten } from "./inserts.js";
import type { Operand, WrittenRow, WrittenValue } from "./predicate.js";

describe("a table with a tenant key", () => {
  it("is told by its key", () => {
    const written = bindWritten(
      row({ organization_id: value("session.organizationId"), title: value("t") }),
      alerts,
    );
    expect(written).toMatchObject({
      status: "tenant",
      evidence: [
        { column: "organization_id", level: "organization", operand: { text: "session.organizationId" } },
      ],
    });
  });

  it("not by anything else", () => {
    expect(bindWritten(row({ title: value("t") }), alerts)).toMatchObject({ status: "none", reason: null });
  });

  it("not by a reference, which may lead into another tenant, and is reported as a use", () => {
    expect(bindWritten(row({ rule_id: value("body.ruleId") }), alerts)).toMatchObject({
      status: "none",
      references: [{ column: "rule_id", refersTo: "rules", operand: { text: "body.ruleId" } }],
    });
  });

  it("not by a key that is written on some paths only", () => {
    expect(bindWritten(row({ organization_id: { ...value("o"), sometimes: true } }), alerts)).toMatchObject({
      status: "none",
      reason: '"organization_id" is not always written',
      sometimes: [{ column: "organization_id" }],
    });
  });

  it("not by a key before a spread of somebody else's object", () => {
    const written = row(
      { organization_id: { ...value("o"), overwritable: "known" } },
      "`...body` may hold any column",
    );
    expect(bindWritten(written, alerts)).toMatchObject({
      status: "none",
      reason: 'a later spread can overwrite "organization_id"',
      sometimes: [],
    });
  });

  it("by a key after such a spread", () => {
    const written = row({ organization_id: value("o") }, "`...body` may hold any column");
    expect(bindWritten(written, alerts)).toMatchObject({ status: "tenant" });
  });

  it("may be told by columns that we cannot see", () => {
    expect(bindWritten(row({}, "the row is built elsewhere"), alerts)).toMatchObject({
      status: "unknown",
      reason: "the row is built elsewhere",
    });
  });
});

describe("a child table", () => {
  it("belongs to the row it refers to", () => {
    expect(bindWritten(row({ alert_id: value("alert.id"), text: value("t") }), notes)).toMatchObject({
      status: "reference",
      evidence: [{ column: "alert_id", refersTo: "alerts" }],
    });
  });

  it("or to a user", () => {
    expect(bindWritten(row({ user_id: value("session.userId") }), notes)).toMatchObject({ status: "owner" });
  });

  it("its own id says nothing", () => {
    expect(bindWritten(row({ id: value("uuid") }), notes)).toMatchObject({ status: "none", references: [] });
  });
});

describe("the tenants' own tables", () => {
  it("get a new tenant", () => {
    expect(bindWritten(row({ id: value("uuid"), name: value("n") }), organizations)).toMatchObject({
      status: "bootstrap",
    });
  });

  it("unless they belong to a tenant of a higher level", () => {
    expect(bindWritten(row({ name: value("n") }), projects)).toMatchObject({ status: "none" });
    expect(bindWritten(row({ organization_id: value("o") }), projects)).toMatchObject({ status: "tenant" });
  });
});

const alerts = table("alerts", {
  organization_id: { level: "organization" },
  id: to("alerts"),
  rule_id: to("rules"),
  title: {},
});
const notes = table("notes", {
  id: to("notes"),
  alert_id: to("alerts"),
  user_id: { isOwner: true },
  text: {},
});
const organizations = table(
  "organizations",
  { id: { level: "organization", ...to("organizations") }, name: {} },
  "organization",
);
const projects = table(
  "projects",
  { id: { level: "project", ...to("projects") }, organization_id: { level: "organization" }, name: {} },
  "project",
);

function table(
  name: string,
  columns: Record<string, Partial<ColumnFacts>>,
  rootLevel: string | null = null,
): TableFacts {
  const facts = Object.entries(columns).map(([column, known]): ColumnFacts => ({
    name: column,
    level: null,
    reference: null,
    isName: false,
    isPrimaryKey: false,
    isOwner: false,
    isSecret: false,
    names: null,
    isCredential: false,
    ...known,
  }));
  return {
    name,
    isTenantTable: true,
    isUsersTable: false,
    names: [],
    hasSharedRows: false,
    parent: null,
    isHeld: false,
    rootLevel,
    keys: facts.flatMap((column) =>
      column.level === null || column.name === "id"
        ? []
        : [{ column: column.name, level: column.level, nullable: false }],
    ),
    findColumn: (column) => facts.find((candidate) => candidate.name === column) ?? null,
  };
}

function to(target: string): Partial<ColumnFacts> {
  return { reference: { table: target, target: "id" } };
}

function row(columns: Record<string, WrittenValue>, open: string | null = null): WrittenRow {
  return { columns: new Map(Object.entries(columns)), open };
}

function value(text: string): WrittenValue {
  const operand: Operand = {
    value: text,
    origin: "unknown",
    absent: false,
    fallback: false,
    text,
    row: null,
  };
  return { operand, sometimes: false, overwritable: false };
}
