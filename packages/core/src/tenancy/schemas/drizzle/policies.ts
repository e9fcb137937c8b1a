/** Row security as a schema declares it: `pgPolicy(…)` beside the indexes or linked to a table, and `crudPolicy(…)`. */
import type { PolicyChange, PolicyTerm, PolicyVerb } from "../../catalog/changes.js";
import type { RowSecurity } from "../../catalog/row-security.js";
import { lineOf, type Reading, type ReadTable } from "./reading.js";
import {
  chainOf,
  elementsOf,
  pathInDrizzle,
  propertyOf,
  textOf,
  type CallValue,
  type Value,
} from "./value.js";
import { sqlText } from "./sql-text.js";

/** Null when the schema says nothing about it, which leaves it to the migrations. */
export function readRowSecurity(
  table: ReadTable,
  extras: readonly Value[],
  linked: readonly CallValue[],
  reading: Reading,
): RowSecurity | null {
  const policies = [...extras, ...linked].flatMap((value) => {
    if (value.kind !== "call") return [];
    const place = { file: value.file, line: lineOf(reading.program, value.file, value.start) ?? 1 };
    return readPolicies(value, reading).map((policy) => ({ ...policy, ...place }));
  });
  if (policies.length === 0 && !table.hasRowSecurity) return null;
  return { enabled: true, forced: false, policies };
}

/** `pgPolicy(…).link(table)`: the table that it is linked to. */
export function findLinkedTable(value: Value): { policy: CallValue; table: Value } | null {
  const { root, steps } = chainOf(value);
  const link = steps.find(({ name }) => name === "link");
  const target = link?.arguments?.[0];
  return pathInDrizzle(root)?.at(-1) === "pgPolicy" && target && value.kind === "call"
    ? { policy: value, table: target }
    : null;
}

function readPolicies(value: CallValue, reading: Reading): readonly PolicyChange[] {
  const { root, steps } = chainOf(value);
  const given = steps[0]?.arguments ?? [];
  switch (pathInDrizzle(root)?.at(-1)) {
    case "pgPolicy":
      return [readPolicy(given, reading)];
    case "crudPolicy":
      return readCrudPolicies(given[0], reading);
    default:
      return [];
  }
}

function readPolicy([name, options]: readonly Value[], reading: Reading): PolicyChange {
  const verb = textOf(propertyOf(options, "for"))?.toLowerCase();
  return {
    name: textOf(name) ?? "(computed)",
    permissive: textOf(propertyOf(options, "as")) !== "restrictive",
    verbs: allVerbs.filter((each) => verb === undefined || verb === "all" || verb === each),
    roles: rolesOf(propertyOf(options, "to")),
    using: termOf(propertyOf(options, "using"), reading),
    check: termOf(propertyOf(options, "withCheck"), reading),
  };
}

const allVerbs: readonly PolicyVerb[] = ["select", "insert", "update", "delete"];

/** Neon's short form: one policy for each verb, of what may be read and what may be modified. */
function readCrudPolicies(options: Value | undefined, reading: Reading): readonly PolicyChange[] {
  const roles = rolesOf(propertyOf(options, "role"));
  // What is left out is forbidden; only `null` makes no policy.
  const term = (name: string) => termOf(propertyOf(options, name) ?? forbidden, reading);
  const [read, modify] = [term("read"), term("modify")];
  return allVerbs.flatMap((verb): PolicyChange[] => {
    const term = verb === "select" ? read : modify;
    if (!term) return [];
    return [
      {
        name: `crud-${roles.join("-")}-policy-${verb}`,
        permissive: true,
        verbs: [verb],
        roles,
        using: verb === "insert" ? null : term,
        check: verb === "insert" || verb === "update" ? term : null,
      },
    ];
  });
}

const forbidden: Value = { kind: "literal", value: false };

function rolesOf(value: Value | undefined): readonly string[] {
  if (!value) return ["public"];
  return value.kind === "list" ? value.elements.map(roleOf) : [roleOf(value)];
}

function roleOf(value: Value): string {
  const { root, steps } = chainOf(value);
  const last = pathInDrizzle(root)?.at(-1);
  // `pgRole("name")`, also with `.existing()` behind it.
  if (last === "pgRole") return textOf(steps[0]?.arguments?.[0]) ?? "(computed)";
  return textOf(value) ?? platformRoles.get(last ?? "") ?? "(computed)";
}

/** What `drizzle-orm/supabase` and `drizzle-orm/neon` export. */
const platformRoles = new Map([
  ["anonRole", "anon"],
  ["anonymousRole", "anonymous"],
  ["authenticatedRole", "authenticated"],
  ["serviceRole", "service_role"],
  ["postgresRole", "postgres_role"],
  ["supabaseAuthAdminRole", "supabase_auth_admin"],
]);

function termOf(value: Value | undefined, reading: Reading): PolicyTerm | null {
  if (!value) return null;
  if (value.kind === "literal")
    return typeof value.value === "boolean" ? { kind: "constant", value: value.value } : null;
  const owner = findOwner(value);
  if (owner) {
    const column = sqlText(owner, reading);
    return {
      kind: "equals",
      left: { kind: "function", name: "auth.user_id" },
      right: { kind: "column", table: null, column },
    };
  }
  const text = sqlText(value, reading).replace(/\s+/g, " ").trim();
  if (/^\(?(?:true|false)\)?$/i.test(text)) return { kind: "constant", value: /true/i.test(text) };
  return { kind: "unknown", text };
}

/** The column of Neon's `authUid(table.userId)`, which compares it with the user that the request came from. */
function findOwner(value: Value): Value | null {
  if (value.kind !== "call" || pathInDrizzle(value.callee)?.at(-1) !== "authUid") return null;
  return elementsOf({ kind: "list", elements: value.arguments, complete: true })[0] ?? null;
}
