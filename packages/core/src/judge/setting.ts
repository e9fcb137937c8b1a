/**
 * Judging statements that set what row security reads, or in which schema names are looked up: how long it lasts, who borrows
 * the connection next, and whether a value of the program is a part of the statement's text.
 */
import { judgeRowSecurity } from "../tenancy/row-security/judge.js";
import { wordsOf } from "../tenancy/names.js";
import type { Tenancy } from "../tenancy/tenancy.js";
import { operandOf } from "../trace/operand.js";
import type { Access, SettingChange, SettingDetail } from "../trace/library.js";
import { isTakenBack } from "../trace/settings.js";
import type { Value } from "../trace/value.js";
import { beliefOf } from "./belief.js";
import { findNamingOfWords } from "./naming.js";
import type { QueryContext } from "./query.js";
import type { FaultData, ResourceVerdict } from "./verdict.js";

type Wrong = (FaultData & { kind: "setting" })["wrong"][number];

export function judgeSetting(
  context: QueryContext,
  access: Access,
  detail: SettingDetail,
): readonly ResourceVerdict[] {
  return detail.settings.flatMap((setting): readonly ResourceVerdict[] => {
    if (!saysWhose(context.tenancy, setting)) return [];
    const wrong = wrongsOf(context, access, detail, setting);
    const { name, value, spliced } = setting;
    if (wrong.length === 0)
      return [{ resource: "", verdict: "global", constraint: null, unclear: null, fault: null }];
    const isLeak =
      wrong.includes("session") || (wrong.includes("spliced") && isSentBy(context, access, spliced));
    return [
      {
        resource: "",
        verdict: "unscoped",
        constraint: null,
        unclear: null,
        fault: {
          rule: "no-session-tenant-setting",
          grade: isLeak ? "leak" : "weak",
          data: {
            kind: "setting",
            setting: name,
            wrong,
            value: operandOf(spliced[0] ?? value).text,
            library: context.root.library,
          },
          trail: [],
        },
      },
    ];
  });
}

/** What a policy reads, or is called as if one did; the schema that a tenant's tables are looked up in. */
function saysWhose(tenancy: Tenancy, { name, value, spliced }: SettingChange): boolean {
  if (name === "search_path") return spliced.length > 0 || operandOf(value).origin !== "constant";
  return settingsIn(tenancy).has(name) || (name.includes(".") && namesTenant(tenancy, name));
}

function namesTenant(tenancy: Tenancy, name: string): boolean {
  const own = name.slice(name.lastIndexOf(".") + 1);
  return wordsOf(own).includes("tenant") || findNamingOfWords(tenancy, own)?.kind === "tenant";
}

const known = new WeakMap<Tenancy, ReadonlySet<string>>();

/** The settings that policies read. */
function settingsIn(tenancy: Tenancy): ReadonlySet<string> {
  let settings = known.get(tenancy);
  if (!settings) {
    const names = tenancy.tables.flatMap((table) => judgeRowSecurity(table, tenancy)?.settings ?? []);
    known.set(tenancy, (settings = new Set(names.map((name) => name.toLowerCase()))));
  }
  return settings;
}

function wrongsOf(
  { releases }: QueryContext,
  access: Access,
  { transaction, isPooled }: SettingDetail,
  { name, until, spliced }: SettingChange,
): readonly Wrong[] {
  const wrong: Wrong[] = [];
  if (until === "session" && isPooled && !isTakenBack(releases, access.session, name)) wrong.push("session");
  if (until === "transaction" && transaction === "none") wrong.push("lost");
  if (spliced.some(isWritable)) wrong.push("spliced");
  return wrong;
}

/** What was made ready to stand in SQL is no more than a word there. */
function isWritable(value: Value): boolean {
  switch (value.kind) {
    case "literal":
      return false;
    case "choice":
      return value.options.some(isWritable);
    case "text":
      return value.parts.some((part) => typeof part !== "string" && isWritable(part));
    case "symbolic":
      return !/\bescape(?:Literal|Identifier|Id|)\(|^(?:quote)?(?:Literal|Ident|literal|ident)\(/.test(
        value.text,
      );
    default:
      return operandOf(value).origin !== "constant";
  }
}

function isSentBy({ flows }: QueryContext, access: Access, values: readonly Value[]): boolean {
  if (!flows) return false;
  return values.some(
    (value) =>
      beliefOf(flows, access, [[{ status: "reference", column: "", values: [value] }]]).kind === "untrusted",
  );
}
