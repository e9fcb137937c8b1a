/** Labels of tables in a Markdown document, and how far an inferred model agrees with them. */

export interface ReportedModel {
  readonly tables: readonly {
    readonly name: string;
    readonly class: string;
    readonly key: readonly string[];
    readonly via: { readonly table: string; readonly column: string } | null;
  }[];
}

export interface LabelledProject {
  readonly project: string;
  /** What a person read, `tenant by organizationid`, by the table's name; both in one spelling for all cases and separators. */
  readonly tables: ReadonlyMap<string, string>;
  /** Tables that the document admits are wrong in the model: its lines `wrong: …`. */
  readonly exceptions: ReadonlySet<string>;
}

export interface Difference {
  readonly table: string;
  readonly wanted: string;
  readonly inferred: string;
}

/** A fence ```` ```tables project ```` holds lines such as `tenant by organization_id, project_id?: logs, traces`. */
export function labelsIn(document: string): readonly LabelledProject[] {
  return [...document.matchAll(/^```tables (\S+)\n([\s\S]*?)^```/gm)].map(([, project, body]) => {
    const tables = new Map<string, string>();
    const exceptions = new Set<string>();
    for (const line of body!.trim().split("\n")) {
      const colon = line.indexOf(":");
      const names = line
        .slice(colon + 1)
        .split(",")
        .map((name) => normalized(name))
        .filter((name) => name !== "");
      const label = line.slice(0, colon);
      if (label === "wrong") names.forEach((name) => exceptions.add(name));
      else names.forEach((name) => tables.set(name, described(label)));
    }
    return { project: project!, tables, exceptions };
  });
}

export function tablesThatDiffer(
  labels: ReadonlyMap<string, string>,
  model: ReportedModel,
): readonly Difference[] {
  const inferred = new Map(model.tables.map((table) => [normalized(table.name), table]));
  return [...labels].flatMap(([table, wanted]) => {
    const found = inferred.get(table);
    const got = found === undefined ? "not in the model" : describe(found);
    return got === wanted ? [] : [{ table, wanted, inferred: got }];
  });
}

/** Keys in the order of the alphabet; whether they may be null is not part of it. */
function described(label: string): string {
  const [, kind, keys, column, parent] = /^(\w+)(?: by (.+))?(?: through (\S+) to (\S+))?$/.exec(label)!;
  if (column) return `${kind} through ${normalized(column)} to ${normalized(parent!)}`;
  return keys ? `${kind} by ${sorted(keys.split(",").map((key) => key.replace("?", "")))}` : kind!;
}

function describe(table: ReportedModel["tables"][number]): string {
  if (table.class === "child" && table.via)
    return `child through ${normalized(table.via.column)} to ${normalized(table.via.table)}`;
  // The first key of a root is its own id.
  const keys = table.class === "root" ? table.key.slice(1) : table.key;
  return keys.length > 0 ? `${table.class} by ${sorted(keys)}` : table.class;
}

function sorted(names: readonly string[]): string {
  return names.map(normalized).sort().join(", ");
}

function normalized(name: string): string {
  return name
    .replace(/^public\./, "")
    .replace(/["'`\s_-]/g, "")
    .toLowerCase();
}
