/**
 * A column as its builder describes it: `uuid("organization_id").notNull().references(…)`. The chain may begin in a
 * function of the repository; what begins nowhere known is still a column, of which only its key is known.
 */
import type { TableColumn } from "../../tenancy.js";
import type { Evaluator } from "./evaluate.js";
import { chainOf, pathInDrizzle, propertyOf, textOf, type Step, type Value } from "./value.js";

export interface Column extends TableColumn {
  /** What the code calls it. */
  readonly key: string;
  readonly primary: boolean;
  readonly unique: boolean;
  /** The functions handed to `.references(…)`, each giving a column. */
  readonly references: readonly Value[];
  /** False when its builder could not be followed. */
  readonly readable: boolean;
}

export type Casing = (key: string) => string;

export function readColumns(
  columns: Value,
  dialect: string | null,
  casing: Casing,
  evaluator: Evaluator,
): readonly Column[] {
  if (columns.kind !== "object") return [];
  return [...columns.properties].map(([key, value]) =>
    readColumn(key, value, { dialect, casing, evaluator }),
  );
}

interface Circumstances {
  readonly dialect: string | null;
  readonly casing: Casing;
  readonly evaluator: Evaluator;
}

function readColumn(key: string, value: Value, around: Circumstances): Column {
  if (value.kind === "either") {
    const [one, other] = [readColumn(key, value.one, around), readColumn(key, value.other, around)];
    if (!one.readable || !other.readable) return one.readable ? one : other;
    return { ...one, nullable: one.nullable || other.nullable, defaulted: one.defaulted || other.defaulted };
  }
  const { root, steps } = chainOf(value);
  const made = buildingSteps(steps) - 1;
  const start = root.kind === "library" ? steps[made] : undefined;
  if (!start) return unreadable(key, around.casing(key));

  const builder = builderOf(root, steps.slice(0, made), start, around.evaluator);
  const given = start.arguments ?? [];
  const name = textOf(given[0]) ?? around.casing(key);
  const options = given.find((each) => each.kind === "object");
  const after = steps.slice(made + 1);
  // An array is a column of its own: what was said before it is about its elements.
  const rest = after.slice(after.findLastIndex((step) => step.name === "array") + 1);
  const said = (...names: readonly string[]) =>
    rest.some(({ name }) => name !== null && names.includes(name));
  const identity = said("generatedAlwaysAsIdentity", "generatedByDefaultAsIdentity", "identity");
  const serial = /^(?:small|big)?serial/.test(builder.name);
  const primary = said("primaryKey");
  return {
    key,
    name,
    aliases: name === key ? [] : [key],
    nullable: !(said("notNull") || primary || identity || serial),
    type: typeOf(builder, options, around) + "[]".repeat(Math.min(5, count(after, "array"))),
    defaulted:
      identity ||
      serial ||
      said(...defaults) ||
      (primary && around.dialect === "sqlite" && /^int(?:eger)?$/.test(builder.name)),
    primary,
    unique: said("unique"),
    references: rest.flatMap((step) =>
      step.name === "references" && step.arguments?.[0] ? [step.arguments[0]] : [],
    ),
    readable: true,
  };
}

const defaults = [
  "default",
  "defaultNow",
  "defaultRandom",
  "$default",
  "$defaultFn",
  "$onUpdate",
  "$onUpdateFn",
  "onUpdateNow",
  "autoincrement",
  "generatedAlwaysAs",
];

function unreadable(key: string, name: string): Column {
  return {
    key,
    name,
    aliases: name === key ? [] : [key],
    nullable: true,
    type: "unknown",
    defaulted: false,
    primary: false,
    unique: false,
    references: [],
    readable: false,
  };
}

/** How many steps lead to the column: one in `uuid("id")`, two in `pgEnum("role", […])("role")`, three in `schema("auth").enum(…)("role")`. */
function buildingSteps(steps: readonly Step[]): number {
  const after = steps.findIndex(({ name, arguments: given }) =>
    given === null ? true : name !== null && name !== "enum" && name !== "enumType",
  );
  return after < 0 ? steps.length : after;
}

interface Builder {
  readonly name: string;
  /** What a type of the project's own says the database calls it. */
  readonly type: string | null;
}

/** `varchar` of `varchar("name")`; of `customType({ … })("name")` what its `dataType` says. */
function builderOf(root: Value, before: readonly Step[], start: Step, evaluator: Evaluator): Builder {
  const factory = before.at(-1);
  if (!factory) return { name: (root.kind === "library" ? root.path.at(-1) : null) ?? "unknown", type: null };
  if (pathInDrizzle(root)?.at(-1) !== "customType")
    return { name: "enum", type: textOf(factory.arguments?.[0]) };
  const dataType = propertyOf(factory.arguments?.[0], "dataType");
  const options = start.arguments?.find((each) => each.kind === "object");
  const type = dataType ? evaluator.apply(dataType, [options ?? noOptions]) : undefined;
  return { name: "custom", type: firstText(type) };
}

const noOptions: Value = { kind: "object", properties: new Map(), complete: true };

/** Of a type that depends on the options one that it may be. */
function firstText(value: Value | undefined): string | null {
  let at = value;
  while (at?.kind === "either") {
    const text = textOf(at.one);
    if (text !== null) return text;
    at = at.other;
  }
  return textOf(at);
}

/**
 * SQLite has few types, and Drizzle turns numbers and text into dates, flags and objects: the column is named for what the
 * code gets, because that is what a reader of the model wants to know.
 */
function typeOf(builder: Builder, options: Value | undefined, { dialect }: Circumstances): string {
  if (builder.type !== null) return builder.type.slice(0, 80);
  const mode = textOf(propertyOf(options, "mode"));
  if (dialect === "sqlite" && mode !== null) {
    const meant = modes.get(mode);
    if (meant !== undefined) return meant;
  }
  const length = propertyOf(options, "length") ?? propertyOf(options, "dimensions");
  const name = names.get(builder.name) ?? builder.name;
  return length?.kind === "literal" && typeof length.value === "number" ? `${name}(${length.value})` : name;
}

const modes = new Map([
  ["timestamp", "timestamp"],
  ["timestamp_ms", "timestamp"],
  ["boolean", "boolean"],
  ["json", "json"],
]);

const names = new Map([
  ["doublePrecision", "double precision"],
  ["mysqlEnum", "enum"],
  ["singlestoreEnum", "enum"],
]);

function count(steps: readonly Step[], name: string): number {
  return steps.filter((step) => step.name === name).length;
}
