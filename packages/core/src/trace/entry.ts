/**
 * Where the outside comes in: a route, a procedure, a job's processor. A framework's model says what runs for it, what ran
 * before, and what each parameter stands for; nobody else knows one framework from another.
 */
import type { FunctionValue, Site, Value } from "./value.js";

export type EntryKind =
  "http" | "rpc" | "graphql" | "websocket" | "action" | "page" | "event" | "job" | "cron" | "script";

/** Kinds that somebody outside of the service sets off, with values of their choice. */
export function isRequest(kind: EntryKind): boolean {
  return kind !== "job" && kind !== "cron" && kind !== "script";
}

export interface EntryPoint {
  /** As its authors would call it: `GET /api/v1/logs/:id`, `projects.create`, `job emails`. */
  readonly name: string;
  readonly kind: EntryKind;
  readonly framework: string;
  /** The call, decorator or export that makes it one. */
  readonly site: Site;
  readonly handler: FunctionValue;
  /** The run of the handler that it stands for (`Tracer.runApart`), where that is known better than the handler alone says. */
  readonly root?: string;
  /** What each parameter of the handler stands for, by position. */
  readonly parameters: readonly Role[];
  /**
   * What runs before the handler and can keep it from running, outermost first. Asked for once the whole program was
   * walked, so that a hook that is added later counts.
   */
  before(): readonly Guard[];
  /**
   * It was met on an application that nobody was seen to make (`export default async (fastify: FastifyInstance) => …`): what
   * else runs before it is not known. Where the same handler is met on one that was, that one counts.
   */
  readonly isDetached: boolean;
  /** A schema or a type that we do not read says what a request holds. */
  readonly isShaped?: boolean;
}

/** A hook, a middleware, a guard, a step of a procedure builder. */
export interface Guard {
  readonly function: FunctionValue;
  readonly parameters: readonly Role[];
  /**
   * When what comes after it runs. `returns`: whenever it comes back without having thrown, or answered. `next`: where it
   * calls what it was given under the role `next`. `true`: when it returns something that is true.
   */
  readonly continues: "returns" | "next" | "true";
  /** What it returns is the context that the handler is given. */
  readonly givesContext?: true;
  /**
   * Who is asking is put on the request under this name by its kind of guard and by nothing else before this entry point, and by
   * this one only from that place of its function on: whom it lets past before is nobody.
   */
  readonly principal?: { readonly name: string; readonly from: number };
}

/**
 * What a parameter, or a property of one, stands for. `request`: sent from outside, whoever wants to. `context`: put there
 * by the service itself, by what ran before or by the framework; what that is worth is found out by following who
 * put it there. `job`: what was put into a queue. `reply`: through which an answer is given. `next`: what runs the rest.
 */
export interface Role {
  /** `made`: by the service, for this request alone: where an upload was put. */
  readonly kind: "request" | "context" | "job" | "reply" | "next" | "made" | "nothing";
  /**
   * The same word for the same thing, in the handler and in all that runs before it: a guard's check of `input.projectId`
   * holds for the handler's. A property's is its parent's and its own: `request.params`.
   */
  readonly name: string;
  /** For people, after "from": `the query string`, `the body`. */
  readonly text: string;
  /** Properties that stand for something else than the whole. What a method gives has its name and `()`: `param()`. */
  readonly members?: Readonly<Record<string, Role>>;
  /** What it is for this entry point, where that is written down. */
  readonly value?: Value;
}

/** A property's role: its own, or its parent's. */
export function memberRole(role: Role, property: string): Role {
  const own = role.members?.[property.replace(/\(.*\)$/s, "()")];
  // `get(a)` and `get(b)` are two things.
  const argument = /\((.+)\)$/s.exec(property)?.[1];
  if (own && argument !== undefined) return { ...own, name: `${own.name}.${argument}` };
  return own ?? { kind: role.kind, name: `${role.name}.${property}`, text: role.text };
}
