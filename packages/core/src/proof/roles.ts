/**
 * What the parameters of handlers, and of what runs before them, stand for. Within one entry point the same thing has the
 * same name everywhere: a guard's check of `request.params.id` holds for the handler's.
 */
import { implied } from "../trace/assume.js";
import { optionsOf } from "../trace/choice.js";
import { memberRole, type EntryPoint, type Guard, type Role } from "../trace/entry.js";
import { isContradictory, meetOf, noFacts, withFacts, type Facts } from "../trace/facts.js";
import { goesOn } from "../trace/machine.js";
import { rewriting, type Rewriting } from "../trace/rewrite.js";
import { keyOfRoot } from "../trace/roots.js";
import { stepsOf } from "../trace/substitution.js";
import type { Trace } from "../trace/trace.js";
import { undefinedValue, type FunctionValue, type Site, type Value } from "../trace/value.js";

export interface EntryScope {
  readonly entry: EntryPoint;
  /** What runs before the handler. */
  readonly guards: readonly Guard[];
  /** Says values of the handler and its guards in the entry's own words: `entry:request.params.id`. */
  readonly inOwnWords: Rewriting;
  /** What the guards make sure of, in those words. */
  readonly guarded: Facts;
  /** What a value in those words stands for. */
  roleOf(id: string): Role | null;
  /** Where who is asking would stand: whoever comes here was let past without having been asked. */
  readonly missing: string | null;
}

/** A request says what it is. */
export function isSent(value: Value, { roleOf }: Pick<EntryScope, "roleOf">): boolean {
  return value.kind === "symbolic" && roleOf(value.id)?.kind === "request";
}

/** What is followed for it: a run of its handler, or the handler as everybody calls it. */
export function rootOfEntry({ root, handler }: EntryPoint): string {
  return root ?? keyOfHandler(handler);
}

export function keyOfHandler(value: Pick<FunctionValue, "file" | "function">): string {
  return `${value.file}#${value.function}`;
}

/** `parameter:FILE#FUNCTION.path` */
export function parameterOf(id: string): { readonly function: string; readonly path: string } | null {
  const match = /^parameter:(.*?#\d+)\.(.+)$/s.exec(id);
  return match ? { function: match[1]!, path: match[2]! } : null;
}

export function scopeOf(trace: Trace, entry: EntryPoint): EntryScope {
  const guards = entry.before();
  const roles = new Map<string, Role>();
  const known = new Map<string, readonly Role[]>();
  for (const guard of guards) known.set(keyOfHandler(guard.function), guard.parameters);
  // Where a context is made within a handler of its own, as in `createContext: () => contextOf(request)`.
  for (const guard of guards)
    if (guard.givesContext)
      for (const [key, parameters] of trace.parametersAround(guard.function)) known.set(key, parameters);
  known.set(keyOfHandler(entry.handler), entry.parameters);

  const roleAt = (fn: string, path: string): Role | null => {
    const [head, ...steps] = stepsOf(path);
    let index = trace.parameterIndex(fn, head!);
    // `(...args) => handler(...args)`
    if (index !== null && trace.takesRest(fn, index)) index += Number(steps.shift()?.replace("()", ""));
    let role = index === null ? null : (known.get(fn)?.[index] ?? null);
    for (const step of steps) if (role) role = roleBelow(role, step);
    return role;
  };
  const inOwnWords = rewriting({
    symbol: (one) => {
      const parameter = parameterOf(one.id);
      const role = parameter && roleAt(parameter.function, parameter.path);
      if (!parameter || !role) return one.implies || one.from ? { ...one } : null;
      const lists = /(?:\[\])*$/.exec(one.id)![0];
      if (role.value && lists === "") return role.value;
      const id = role.name.startsWith("channel:") ? `${role.name}${lists}` : `entry:${role.name}${lists}`;
      roles.set(id, role);
      return { ...one, id };
    },
  });
  const passed = guards.map((guard) => ({ guard, points: pointsBehind(trace, guard, roleAt, inOwnWords) }));
  const letsNobodyIn = passed.flatMap(({ guard: { principal }, points }) =>
    principal
      ? [{ ...principal, isLeft: points.some(({ end }) => end === null || end > principal.from) }]
      : [],
  );
  return {
    entry,
    guards,
    inOwnWords,
    guarded: passed.reduce(
      (all, { points }) => withFacts(all, meetOf(points.map(({ facts }) => facts)).values()),
      noFacts,
    ),
    roleOf: (id) => roles.get(id) ?? null,
    missing: letsNobodyIn.some(({ isLeft }) => isLeft) ? null : (letsNobodyIn[0]?.name ?? null),
  };
}

/** Of something whose value is known, what is in it is known as well. */
function roleBelow(role: Role, step: string): Role {
  if (role.value) {
    const value = valueBelow(role.value, step);
    const { value: _, ...plain } = role;
    return { ...(step === "[]" ? plain : memberRole(plain, step)), ...(value && { value }) };
  }
  return step === "[]" ? role : memberRole(role, step);
}

function valueBelow(value: Value, step: string): Value | null {
  // Whoever reads on reads with `?.`, or not at all.
  if (value.kind === "literal")
    return value.value === undefined || value.value === null ? undefinedValue : null;
  return value.kind === "array" && step === "length"
    ? { kind: "literal", value: value.elements.length }
    : null;
}

type RoleAt = (fn: string, path: string) => Role | null;

interface Point {
  /** What holds there, in the entry's own words. */
  readonly facts: Facts;
  /** Where the guard comes back; null where it calls what comes next. */
  readonly end: number | null;
}

/** Where the guard lets somebody past who has come for this entry point. */
function pointsBehind(trace: Trace, guard: Guard, roleAt: RoleAt, inOwnWords: Rewriting): readonly Point[] {
  const root = trace.rootOf(guard.function);
  const points =
    guard.continues === "next"
      ? factsAtNext(trace, root, roleAt).map((facts): Point => ({
          facts: inOwnWords.facts(facts),
          end: null,
        }))
      : (trace.completions.get(root) ?? [])
          .filter(({ facts }) => !hasAnswered(facts, roleAt))
          .filter(({ value }) => guard.continues !== "true" || !isFalse(inOwnWords.value(value)))
          .map(({ value, facts, end }): Point => {
            const here = inOwnWords.facts(facts);
            return {
              end,
              facts:
                guard.continues === "true"
                  ? withFacts(here, implied(inOwnWords.value(value), true).values())
                  : here,
            };
          });
  const possible = points.filter(({ facts }) => !isContradictory(facts));
  return possible.length > 0 ? possible : points;
}

function factsAtNext(trace: Trace, root: string, roleAt: RoleAt): readonly Facts[] {
  const key = keyOfRoot(root);
  const prefix = `parameter:${key}.`;
  return [...trace.openCalls].flatMap(([id, calls]) => {
    if (!id.startsWith(prefix) || roleAt(key, id.slice(prefix.length))?.kind !== "next") return [];
    return calls
      .filter((call) => (key === root || call.root === root) && goesOn(call))
      .map((call) => call.facts);
  });
}

/** `reply.code(401).send()`: whoever answers ends it. */
function hasAnswered(facts: Facts, roleAt: RoleAt): boolean {
  return [...facts.values()].some((fact) => {
    if (fact.kind !== "called" || fact.value.kind !== "symbolic") return false;
    const parameter = parameterOf(fact.value.id);
    if (!parameter || !answering.test(parameter.path)) return false;
    return roleAt(parameter.function, parameter.path)?.kind === "reply";
  });
}

const answering =
  /\.(?:send|end|json|jsonp|redirect|render|sendStatus|sendFile|html|text|body|hijack)\([^)]*\)$/;

function isFalse(value: Value): boolean {
  return value.kind === "literal" && !value.value;
}

/** Something that the service has put on the request or context, under one of these names, by what runs before. */
export interface Kept {
  readonly path: readonly string[];
  readonly value: Value;
  readonly facts: Facts;
  readonly root: string;
  /** Where it is put there. */
  readonly site: Site;
  /** It is there for those only before whom it was put there: one service's context is not another's. */
  readonly isOwn?: true;
}

/** Everything that is put on something that came in as a parameter, wherever; and what is handed on with `next({ ctx })`. */
export function keptIn(trace: Trace): readonly Kept[] {
  const stored = trace.stores.flatMap(({ target, value, facts, root, site }): readonly Kept[] => {
    const parameter = parameterOf(target);
    const path = parameter ? stepsOf(parameter.path).slice(1) : [];
    return path.length > 0 ? [{ path, value, facts, root, site }] : [];
  });
  const handedOn = [...trace.openCalls].flatMap(([id, calls]) => {
    const parameter = parameterOf(id);
    if (!parameter) return [];
    const method = /\.set\(\)$/.test(id);
    return calls.flatMap((call): readonly Kept[] => {
      const { root } = call;
      const [first, second] = call.arguments;
      if (method && first?.kind === "literal" && second)
        return [{ path: [String(first.value)], value: second, facts: call.facts, root, site: call.site }];
      const context =
        first?.kind === "object" ? (first.fields.get("ctx") ?? first.fields.get("context")) : null;
      return context ? fieldsBelow(context.value, [], { facts: call.facts, root, site: call.site }, 3) : [];
    });
  });
  return [...stored, ...handedOn, ...contextsIn(trace)];
}

/** What is returned where a context is made. */
function contextsIn(trace: Trace): readonly Kept[] {
  const makers = new Map<string, FunctionValue>();
  for (const entry of trace.entries)
    for (const guard of entry.before())
      if (guard.givesContext) makers.set(trace.rootOf(guard.function), guard.function);
  return [...makers].flatMap(([root, { file }]) =>
    (trace.completions.get(root) ?? []).flatMap(({ value, facts, end }) =>
      optionsOf(value).flatMap((option) =>
        fieldsBelow(option, [], { facts, root, site: { file, start: end, end } }, 3).map((one) => ({
          ...one,
          isOwn: true as const,
        })),
      ),
    ),
  );
}

function fieldsBelow(
  value: Value,
  path: readonly string[],
  placed: Pick<Kept, "facts" | "root" | "site">,
  depth: number,
): readonly Kept[] {
  if (value.kind !== "object" || depth === 0) return path.length > 0 ? [{ path, value, ...placed }] : [];
  return [...value.fields].flatMap(([name, field]) =>
    fieldsBelow(field.value, [...path, name], placed, depth - 1),
  );
}

/** Which properties the authenticator sets together: one set for each kind of principal. */
export function kindsOfPrincipal(kept: readonly Kept[]): readonly ReadonlySet<string>[] {
  const byPlace = new Map<string, Set<string>>();
  for (const one of kept) {
    if (one.value.kind === "literal") continue;
    const place = placeOf(one);
    const names = byPlace.get(place) ?? new Set<string>();
    byPlace.set(place, names.add(one.path[0]!));
  }
  return [...byPlace.values()];
}

/** What holds there tells the kinds apart that one function knows. */
function placeOf(one: Kept): string {
  let place = places.get(one);
  if (place === undefined) {
    place = `${one.root} ${[...one.facts.keys()].sort().join(";")}`;
    places.set(one, place);
  }
  return place;
}

/** Asked for again for each entry point. */
const places = new WeakMap<Kept, string>();
