/**
 * Random worlds and statements. A tape of numbers decides everything, so that fast-check can make a failing case smaller. A
 * tape that has run out gives zeros, and the first of every list of possibilities is the plainest.
 */
import type { Column, Operand, Predicate, Resource, Selection } from "../predicate.js";
import { columnsOf } from "./evaluate.js";
import { tableFacts, type Cell, type Row, type World } from "./world.js";

export function generate(tape: readonly number[]): { readonly world: World; readonly selection: Selection } {
  let position = 0;
  let names = 0;
  const picks = new Map<Predicate, number>();
  const draw = (bound: number) => (tape[position++] ?? 0) % bound;
  const pick = <T>(list: readonly T[]): T => list[draw(list.length)]!;
  const chance = (percent: number) => draw(100) >= 100 - percent;
  const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

  const rows = generateRows();
  const values = new Map(
    ["v1", "v2", "v3"].map(
      (name, index) => [name, chance(5) ? null : chance(40) ? 1 + draw(3) : index + 1] as const,
    ),
  );
  const selection = generateSelection(2, []);
  return { world: { rows, values, picks, whim: draw(1_000) }, selection };

  function generateRows(): Record<string, readonly Row[]> {
    const organizations = [1, 2].map((id): Row => ({ table: "organizations", cells: { id }, tenant: id }));
    const projects = [1, 2, 3].map((id): Row => ({
      table: "projects",
      cells: { id, organization_id: id === 1 ? 2 : 1 },
      tenant: id === 1 ? 2 : 1,
    }));
    const countries = [1, 2].map((id): Row => ({ table: "countries", cells: { id }, tenant: null }));
    const made: Record<string, readonly Row[]> = { organizations, projects, countries };
    /** The id of a row that a row of this tenant may refer to: of its own or of nobody. */
    const idFor = (table: string, tenant: Cell): Cell => {
      const fitting = made[table]!.filter((row) => row.tenant === tenant || row.tenant === null);
      return fitting.length === 0 ? null : pick(fitting).cells["id"]!;
    };
    made["rules"] = [1, 2, 3].map((id) => {
      const tenant = pick([1, 2, null]);
      return { table: "rules", cells: { id, organization_id: tenant, name: 1 + draw(2) }, tenant };
    });
    made["alerts"] = [1, 2, 3].map((id) => {
      const tenant = pick([1, 2]);
      const project = chance(40) ? null : idFor("projects", tenant);
      const cells = {
        id,
        organization_id: tenant,
        rule_id: idFor("rules", tenant),
        project_id: project,
        user_id: 1 + draw(2),
        country_id: 1 + draw(2),
      };
      return { table: "alerts", cells, tenant };
    });
    made["notes"] = [1, 2, 3].map((id) => {
      const alert = pick(made["alerts"]!);
      const cells = {
        id,
        alert_id: alert.cells["id"]!,
        rule_id: idFor("rules", alert.tenant),
        token: 1 + draw(3),
      };
      return { table: "notes", cells, tenant: alert.tenant };
    });
    made["tags"] = [1, 2, 3].map((id) => {
      const rule = chance(10) ? null : pick(made["rules"]!);
      return {
        table: "tags",
        cells: { id, rule_id: rule?.cells["id"] ?? null, name: 1 + draw(2) },
        tenant: rule?.tenant ?? null,
      };
    });
    return made;
  }

  /** `outer`: the scopes around it, innermost first. */
  function generateSelection(
    depth: number,
    outer: readonly (readonly Resource[])[],
    isPlain = false,
  ): Selection {
    const resources: Resource[] = [];
    for (let count = pick([1, 2, 3, 2, 3]); count > 0; count--)
      resources.push(generateResource(depth, resources, outer));
    const scopes = [resources, ...outer];
    const where = generatePredicate(pick([1, 2, 1, 3]), depth, scopes);
    const nested = depth > 0 && chance(10) ? [generateSelection(depth - 1, scopes)] : [];
    const arms = !isPlain && depth > 0 && chance(10) ? [generateSelection(depth - 1, outer, true)] : [];
    return { site: `s${names++}`, resources, where, nested, arms, outputs: null };
  }

  function generateResource(
    depth: number,
    before: readonly Resource[],
    outer: readonly (readonly Resource[])[],
  ): Resource {
    const alias = `t${names++}`;
    const bare = {
      alias,
      join:
        before.length === 0
          ? ("from" as const)
          : pick(["inner", "left", "inner", "right", "full", "cross", "from"] as const),
    };
    const resource: Resource =
      depth > 0 && chance(20)
        ? { ...bare, table: null, on: { kind: "true" }, ...generateDerived(depth - 1, outer) }
        : {
            ...bare,
            table: pick([
              "alerts",
              "rules",
              "alerts",
              "notes",
              "rules",
              "tags",
              "projects",
              "organizations",
              "countries",
            ]),
            on: { kind: "true" },
            query: null,
            outputs: null,
          };
    if (before.length === 0 || resource.join === "cross" || resource.join === "from") return resource;
    const on: Predicate[] = [];
    // `on` is made for the finished resource, whose identity is its place in a row.
    Object.assign(resource, { on: { kind: "and", terms: on } });
    if (chance(80)) on.push(...generateTie(resource, before));
    if (chance(50)) on.push(generatePredicate(2, Math.min(depth, 1), [[...before, resource], ...outer]));
    return resource;
  }

  function generateDerived(
    depth: number,
    outer: readonly (readonly Resource[])[],
  ): { readonly query: Selection; readonly outputs: ReadonlyMap<string, Column> } {
    const query = generateSelection(depth, outer, true);
    const star = pick(query.resources);
    if (chance(30)) return { query, outputs: new Map([["*", { table: star.alias, name: "*" }]]) };
    const outputs = outputsOf(query, ["o1", "o2", "o3"]);
    const first = { ...query, outputs };
    if (!chance(40)) return { query: first, outputs };
    const arm = generateSelection(depth, outer, true);
    return {
      query: {
        ...first,
        arms: [
          {
            ...arm,
            outputs: outputsOf(
              arm,
              pick([
                ["o1", "o2", "o3"],
                ["o1", "o3", "o2"],
              ]),
            ),
          },
        ],
      },
      outputs,
    };
  }

  function outputsOf(query: Selection, outputNames: readonly string[]): ReadonlyMap<string, Column> {
    return new Map(outputNames.map((name) => [name, generateColumn([query.resources])] as const));
  }

  function generatePredicate(
    size: number,
    depth: number,
    scopes: readonly (readonly Resource[])[],
  ): Predicate {
    const inner = () => generatePredicate(size - 1, depth, scopes);
    const several = () => times(pick([2, 3]), inner);
    const kinds = [
      "eq",
      "eq",
      "eq",
      "eq",
      "tie",
      "tie",
      "tie",
      "in",
      "in",
      "isNull",
      "eqColumn",
      "unknown",
      "constant",
    ];
    if (size > 0)
      kinds.push("and", "and", "and", "and", "and", "or", "or", "or", "not", "not", "choice", "choice");
    if (depth > 0) kinds.push("exists", "exists", "inQuery", "inQuery");
    switch (pick(kinds)) {
      case "tie":
        return { kind: "and", terms: generateTie(pick(scopes.flat()), scopes.flat()) };
      case "in":
        return {
          kind: "in",
          column: generateColumn(scopes),
          operands: times(pick([1, 2, 0]), generateOperand),
        };
      case "isNull":
        return { kind: "isNull", column: generateColumn(scopes) };
      case "eqColumn":
        return { kind: "eqColumn", left: generateColumn(scopes), right: generateColumn(scopes) };
      case "unknown":
        return { kind: "unknown", reason: String(draw(100)) };
      case "constant":
        return { kind: pick(["true", "true", "true", "false"] as const) };
      case "and":
        return { kind: "and", terms: several() };
      case "or":
        return { kind: "or", terms: several() };
      case "not":
        return { kind: "not", term: inner() };
      case "choice": {
        const choice: Predicate = {
          kind: "choice",
          arms: chance(60) ? [inner(), { kind: "true" }] : several(),
          reason: `c${names++}`,
        };
        picks.set(choice, draw(choice.arms.length));
        return choice;
      }
      case "exists":
        return { kind: "exists", query: generateSelection(depth - 1, scopes) };
      case "inQuery":
        return generateMembership(depth, scopes);
      default:
        return { kind: "eq", column: generateColumn(scopes), operand: generateOperand() };
    }
  }

  function generateMembership(depth: number, scopes: readonly (readonly Resource[])[]): Predicate {
    const query = generateSelection(depth - 1, scopes, true);
    const [tie] = chance(70) ? generateTie(pick(query.resources), scopes[0]!) : [];
    const column = tie?.left ?? generateColumn(scopes);
    const output = tie?.right ?? generateColumn([query.resources]);
    if (!chance(20)) return { kind: "inQuery", column, query, output };
    const arm = generateSelection(depth - 1, scopes, true);
    const outputs = new Map([["o1", generateColumn([arm.resources])]]);
    return { kind: "inQuery", column, query: { ...query, arms: [{ ...arm, outputs }] }, output };
  }

  /** Columns of one resource and another that mean the same thing, if there are any; seldom, any two. */
  function generateTie(
    resource: Resource,
    others: readonly Resource[],
  ): (Predicate & { kind: "eqColumn" })[] {
    const isAny = chance(10);
    const ties = others
      .filter((other) => other !== resource)
      .flatMap((other) => columnsOf(other).map((left) => [other, left] as const))
      .flatMap(([other, left]) => columnsOf(resource).map((right) => [other, left, right] as const))
      .filter(([other, left, right]) => isAny || isSameMeaning(other, left, resource, right));
    if (ties.length === 0) return [];
    const [other, left, right] = pick(ties);
    const column = { table: resource.alias, name: right };
    return [{ kind: "eqColumn", left: { table: other.alias, name: left }, right: column }];
  }

  function isSameMeaning(one: Resource, left: string, other: Resource, right: string): boolean {
    if (one.table === null || other.table === null) return true;
    return meaningOf(one.table, left) === meaningOf(other.table, right);
  }

  function meaningOf(table: string, column: string): string {
    return tableFacts(table).findColumn(column)!.reference?.table ?? column;
  }

  function generateColumn(scopes: readonly (readonly Resource[])[]): Column {
    const scope = chance(20) ? pick(scopes) : scopes[0]!;
    const resource = pick(scope);
    // The first column is the key, where there is one.
    const name = chance(40) ? columnsOf(resource)[0]! : pick(columnsOf(resource));
    // Unqualified where SQL would take it: nobody nearer has it, and nobody else beside it.
    const nearest = scopes.find((one) => one.some((other) => columnsOf(other).includes(name)))!;
    const isPlain =
      nearest.includes(resource) && nearest.filter((other) => columnsOf(other).includes(name)).length === 1;
    return { table: isPlain && chance(40) ? null : resource.alias, name };
  }

  function generateOperand(): Operand {
    const value = pick(["v1", "v2", "v3"]);
    return { value, origin: "unknown", absent: false, fallback: false, text: value, row: null };
  }
}
