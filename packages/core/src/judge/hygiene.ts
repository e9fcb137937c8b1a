/**
 * Values that a request sends, that their author has said to be of a type (`request.query as { id: string }`), and that are made
 * sure of later on: nothing of another tenant comes out, but a list or an object may stand where a text is expected, of which the
 * check may see one thing and the query another. Told once for each file, so that no leak is buried under it.
 */
import type { TrailStep } from "../proof/trail.js";
import type { Said } from "../proof/steps.js";
import type { Site } from "../trace/value.js";
import type { JudgedPath } from "./judge.js";
import type { Fault, ResourceVerdict } from "./verdict.js";

interface Cast {
  readonly site: Site;
  readonly said: Said & { readonly kind: "sent" };
  readonly path: JudgedPath;
  readonly resource: ResourceVerdict;
}

export function withHygiene(paths: readonly JudgedPath[]): readonly JudgedPath[] {
  const byFile = new Map<string, Map<number, Cast>>();
  for (const path of paths)
    for (const resource of path.resources)
      for (const step of castsIn(resource)) {
        const inFile = byFile.get(step.site.file) ?? new Map<number, Cast>();
        byFile.set(step.site.file, inFile);
        if (!inFile.has(step.site.start)) inFile.set(step.site.start, { ...step, path, resource });
      }
  const faults = new Map<ResourceVerdict, Fault[]>();
  for (const casts of byFile.values()) {
    const [first, ...others] = [...casts.values()].sort((one, other) => one.site.start - other.site.start);
    const { resource } = first!;
    faults.set(resource, [...(faults.get(resource) ?? []), faultOf(first!, others)]);
  }
  return paths.map((path) => ({
    ...path,
    resources: path.resources.map((one) => {
      const found = faults.get(one);
      return found ? { ...one, untrusted: [...(one.untrusted ?? []), ...found] } : one;
    }),
  }));
}

/** What stands in the path or in a header is a text, whatever it is said to be. */
const texts = /path|header|cookie|host/;

function castsIn({ verdict, constraint }: ResourceVerdict): readonly Pick<Cast, "site" | "said">[] {
  if (verdict !== "scoped" || !constraint) return [];
  return (constraint.trail ?? []).flatMap(({ site, said }) =>
    said.kind === "sent" && said.isCast && !texts.test(said.from) ? [{ site, said }] : [],
  );
}

function faultOf({ site, said, path, resource }: Cast, others: readonly Cast[]): Fault {
  const { kind = "predicate", key = "" } = resource.constraint ?? {};
  const { operation, library } = path.root;
  const trail = others.map((one): TrailStep => ({ site: one.site, said: one.said }));
  return {
    rule: kind === "reference" || kind === "row" ? "no-untrusted-reference" : "no-untrusted-tenant",
    grade: "hygiene",
    data: {
      kind: "unvalidated",
      operation,
      table: resource.resource,
      column: key,
      value: said.value,
      from: said.from,
      others: others.length,
      library,
    },
    trail: [{ site, said }, ...trail],
    at: site,
    entry: site.file,
  };
}
