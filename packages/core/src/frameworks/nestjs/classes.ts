/** Controllers, resolvers, gateways, processors, and the methods of theirs that somebody else calls. */
import type { ClassNode, Expression, Module, Statement } from "../../lower/module.js";
import { forEachExpressionIn } from "../../lower/visit.js";
import { takenOut } from "../../queues/taken-out.js";
import type { EntryKind, Guard, Role } from "../../trace/entry.js";
import { ofContainer } from "../../trace/channel.js";
import type { Tracer } from "../../trace/library.js";
import type { ClassValue, FunctionValue, Site } from "../../trace/value.js";
import { decoratorsOf, findDecorator, lineageOf, type Lineage, type Owner } from "./decorators.js";
import { guardsBefore, guardsIn, middlewareFor } from "./guards.js";
import { noteMetadata, type Decorated } from "./metadata.js";
import { parametersOf } from "./parameters.js";
import { client, jobOf, message, request, rpcContext } from "./roles.js";
import { joined, nameOf, pathsOf, type Route } from "./routes.js";
import { serviceOf, type AppliedMiddleware } from "./service.js";
import { dataOf, library, textIn, textsIn, type Decorator } from "./values.js";

export function enterClasses(file: string, module: Module, tracer: Tracer): void {
  module.classes.forEach((node, id) => {
    // Whatever the framework makes an instance of is decorated.
    if (node.decorators.length === 0) return;
    const lineage = lineageOf({ kind: "class", file, class: id }, tracer);
    noteStrategy(lineage, tracer);
    const [decorators = [], ...inherited] = lineage.owners.map((owner) =>
      decoratorsOf(owner.value.file, owner.node.decorators, tracer),
    );
    noteGlobalGuards(decorators, tracer);
    noteMetadata(decorators, tracer);
    // What stands on the methods of a base class happens where it is inherited.
    if (node.abstract) return;
    for (const method of methodsOf(lineage, tracer)) {
      noteMetadata(method.decorators, tracer);
      enterMethod(method, { own: decorators, inherited }, tracer);
    }
  });
}

interface DecoratedMethod {
  readonly class: ClassValue;
  readonly owner: Owner;
  readonly value: FunctionValue;
  readonly name: string;
  readonly site: Site;
  readonly decorators: readonly Decorator[];
}

interface ClassDecorators {
  readonly own: readonly Decorator[];
  /** Of each class that it extends, the nearest first. */
  readonly inherited: readonly (readonly Decorator[])[];
}

interface Opening {
  readonly kind: EntryKind;
  readonly name: string;
  readonly byPosition: readonly Role[];
  before(): readonly Guard[];
}

function enterMethod(method: DecoratedMethod, ofClass: ClassDecorators, tracer: Tracer): void {
  const fn = method.owner.module.functions[method.value.function]!;
  for (const { kind, name, byPosition, before } of openingsOf(method, ofClass, tracer))
    tracer.enter({
      name,
      kind,
      framework: library,
      site: method.site,
      handler: method.value,
      parameters: parametersOf(method.value.file, fn, byPosition, tracer),
      before,
      isDetached: false,
    });
}

function openingsOf(
  method: DecoratedMethod,
  { own: ofClass, inherited }: ClassDecorators,
  tracer: Tracer,
): readonly Opening[] {
  const decorated: Decorated = { handler: method.decorators, classes: [ofClass, ...inherited] };
  // Guards of a base class stand before those of its heirs.
  const decorators = [...inherited.toReversed(), ofClass, method.decorators].flat();
  const ownGuards = (): readonly Guard[] => guardsBefore(decorated, guardsIn(decorators), [], tracer);
  const allGuards = (middleware: readonly AppliedMiddleware[]): readonly Guard[] =>
    guardsBefore(decorated, [...serviceOf(tracer).guards, ...guardsIn(decorators)], middleware, tracer);
  const controller = findDecorator(ofClass, "@nestjs/common", "Controller");
  const gateway = findDecorator(ofClass, "@nestjs/websockets", "WebSocketGateway");
  const processor =
    findDecorator(ofClass, "@nestjs/bullmq", "Processor") ??
    findDecorator(ofClass, "@nestjs/bull", "Processor");
  return [
    ...(controller ? routesOf(method, controller, allGuards, tracer) : []),
    ...(controller ? messagesOf(method, ownGuards) : []),
    ...(gateway ? eventsOf(method, ownGuards) : []),
    ...(processor ? jobsOf(method, processor, tracer) : []),
    ...fieldsOf(method, ofClass, () => allGuards([]), tracer),
    ...timesOf(method, tracer),
  ];
}

const verbs = ["Get", "Post", "Put", "Patch", "Delete", "Head", "Options", "All", "Sse", "Search"];

function routesOf(
  method: DecoratedMethod,
  controller: Decorator,
  guardsBehind: (middleware: readonly AppliedMiddleware[]) => readonly Guard[],
  tracer: Tracer,
): readonly Opening[] {
  return method.decorators
    .filter((one) => findDecorator([one], "@nestjs/common", ...verbs))
    .flatMap((verb) =>
      pathsOf(controller, tracer).flatMap((prefix) =>
        pathsOf(verb, tracer).map((path): Opening => {
          const route: Route = {
            method: verb.name === "Sse" ? "GET" : verb.name.toUpperCase(),
            path: joined(prefix, path),
            controller: method.class,
          };
          return {
            kind: "http",
            name: nameOf(route, serviceOf(tracer), tracer),
            byPosition: [],
            before: () => guardsBehind(middlewareFor(route, tracer)),
          };
        }),
      ),
    );
}

/** Guards of the whole service stand before its routes, not before messages. */
function messagesOf({ decorators }: DecoratedMethod, before: () => readonly Guard[]): readonly Opening[] {
  return decorators
    .filter((one) => findDecorator([one], "@nestjs/microservices", "MessagePattern", "EventPattern"))
    .map((one) => ({
      kind: "event",
      name: named("message", one),
      byPosition: [message, rpcContext],
      before,
    }));
}

function eventsOf({ decorators, name }: DecoratedMethod, before: () => readonly Guard[]): readonly Opening[] {
  if (name === "handleConnection")
    return [
      { kind: "websocket", name: "websocket connection", byPosition: [client, request], before: () => [] },
    ];
  return decorators
    .filter((one) => findDecorator([one], "@nestjs/websockets", "SubscribeMessage"))
    .map((one) => ({
      kind: "websocket",
      name: named("websocket", one),
      byPosition: [client, message],
      before,
    }));
}

function jobsOf(method: DecoratedMethod, processor: Decorator, tracer: Tracer): readonly Opening[] {
  const [first] = processor.arguments;
  const queue = textIn(first?.kind === "object" ? tracer.memberOf(first, "name") : first);
  const before = (): readonly Guard[] => [];
  const byPosition = [jobOf(queue)];
  const whole = ["job", queue ?? ""].join(" ").trim();
  const processing =
    processor.package === "@nestjs/bullmq"
      ? method.name === "process"
        ? [whole]
        : []
      : method.decorators
          .filter((one) => findDecorator([one], "@nestjs/bull", "Process"))
          .map((one) => named(whole, one));
  if (processing.length > 0)
    takenOut({ tracer, library: "bullmq", site: method.site, text: "job.data" }, queue);
  // `@OnWorkerEvent("failed")`, `@OnQueueFailed()`
  const telling = method.decorators
    .filter(
      (one) =>
        findDecorator([one], "@nestjs/bullmq", "OnWorkerEvent") ??
        findDecorator([one], "@nestjs/bull", "OnQueueActive", "OnQueueCompleted", "OnQueueFailed"),
    )
    .map((one) => named(whole, one));
  return [...processing, ...telling].map((name) => ({ kind: "job", name, byPosition, before }));
}

/** GraphQL: guards run before queries, mutations and subscriptions; before other fields only where a service asks for it. */
function fieldsOf(
  { decorators, name }: DecoratedMethod,
  ofClass: readonly Decorator[],
  before: () => readonly Guard[],
  tracer: Tracer,
): readonly Opening[] {
  const isResolver = findDecorator(ofClass, "@nestjs/graphql", "Resolver") !== null;
  return decorators
    .filter((one) =>
      findDecorator([one], "@nestjs/graphql", "Query", "Mutation", "Subscription", "ResolveField"),
    )
    .filter(() => isResolver)
    .map((one) => ({
      kind: "graphql",
      name: `${one.name === "ResolveField" ? "field" : one.name.toLowerCase()} ${fieldName(one, tracer) ?? name}`,
      byPosition: [],
      before: one.name === "ResolveField" ? () => [] : before,
    }));
}

/** `@Query("invoices")`, `@Query(() => [Invoice], { name: "invoices" })` */
function fieldName({ arguments: args }: Decorator, tracer: Tracer): string | null {
  const options = args.find((one) => one.kind === "object");
  return textIn(args[0]) ?? (options ? textIn(tracer.memberOf(options, "name")) : null);
}

function timesOf(
  { decorators, name, value, class: owner, owner: { node } }: DecoratedMethod,
  tracer: Tracer,
): readonly Opening[] {
  const place = `${node.name ?? `class ${owner.class}`}.${name}`;
  const before = (): readonly Guard[] => [];
  return decorators.flatMap((one): readonly Opening[] => {
    if (findDecorator([one], "@nestjs/schedule", "Cron", "Interval", "Timeout"))
      return [{ kind: "cron", name: `cron ${place}`, byPosition: [], before }];
    if (!findDecorator([one], "@nestjs/event-emitter", "OnEvent")) return [];
    // Whoever emits it says what it holds.
    for (const event of textsIn(one.arguments[0]))
      tracer.listen({ emitter: ofContainer, event, listener: value });
    return [{ kind: "job", name: named("event", one), byPosition: [emitted], before }];
  });
}

const emitted: Role = { kind: "job", name: "event", text: "the event" };

function named(kind: string, { arguments: [first] }: Decorator): string {
  return [kind, textsIn(first).join(", ")].join(" ").trim();
}

/** Of a class and what it extends, each by its nearest declaration. */
function methodsOf({ owners }: Lineage, tracer: Tracer): readonly DecoratedMethod[] {
  const found = new Map<string, DecoratedMethod>();
  const [own] = owners;
  for (const owner of owners)
    for (const method of owner.node.methods) {
      if (method.static || method.kind !== "method" || found.has(method.name)) continue;
      const fn = owner.module.functions[method.function]!;
      const { file } = owner.value;
      const [first] = fn.decorators;
      const { start, end } = first ?? fn;
      found.set(method.name, {
        class: own!.value,
        owner,
        name: method.name,
        value: {
          kind: "function",
          file,
          function: method.function,
          closure: null,
          self: { ...own!.value, kind: "instance", arguments: null },
        },
        site: { file, start, end },
        decorators: decoratorsOf(file, fn.decorators, tracer),
      });
    }
  return [...found.values()];
}

/** `@Module({ providers: [{ provide: APP_GUARD, useClass: JwtGuard }] })` */
function noteGlobalGuards(decorators: readonly Decorator[], tracer: Tracer): void {
  const [options] = findDecorator(decorators, "@nestjs/common", "Module")?.arguments ?? [];
  const providers = options && tracer.memberOf(options, "providers");
  for (const provider of providers?.kind === "array" ? providers.elements : []) {
    if (provider.kind !== "object") continue;
    const token = tracer.memberOf(provider, "provide");
    if (token.kind !== "external" || token.path.join(".") !== "APP_GUARD") continue;
    for (const how of ["useClass", "useExisting", "useValue"])
      serviceOf(tracer).guards.push(tracer.memberOf(provider, how));
  }
}

/** `class JwtStrategy extends PassportStrategy(Strategy, "jwt")` */
function noteStrategy({ owners, base }: Lineage, tracer: Tracer): void {
  const data = base && dataOf(base);
  const [own] = owners;
  if (data?.type !== "passport-strategy" || !own || own.node.abstract) return;
  const takesRequest = owners.some(({ module, node }) => passesRequest(module, node));
  serviceOf(tracer).strategies.push({ name: data.strategy, class: own.value, takesRequest });
}

/** `super({ passReqToCallback: true })` */
function passesRequest(module: Module, { constructor: id }: ClassNode): boolean {
  const body: readonly Statement[] = id === null ? [] : module.functions[id]!.body;
  let found = false;
  forEachExpressionIn(body, (expression: Expression) => {
    if (expression.kind !== "call" || expression.callee.kind !== "super") return;
    for (const argument of expression.arguments)
      for (const property of argument.kind === "object" ? argument.properties : [])
        found ||=
          property.kind === "property" &&
          property.key === "passReqToCallback" &&
          property.value.kind === "literal" &&
          property.value.value === true;
  });
  return found;
}
