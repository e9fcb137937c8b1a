/**
 * NestJS. Handlers are methods of decorated classes. A decorator is known by what it evaluates to, so one that a project
 * composes of others, or makes itself, counts for what it is made of.
 */
import { emitterMadeAt, ofContainer } from "../../trace/channel.js";
import type { Call, LibraryModel, Tracer } from "../../trace/library.js";
import { undefinedValue, unknown, type ExternalValue, type Value } from "../../trace/value.js";
import { enterClasses } from "./classes.js";
import { answerOf } from "./metadata.js";
import { serviceOf } from "./service.js";
import {
  dataOf,
  decoratorOf,
  decoratorsIn,
  library,
  textIn,
  textsIn,
  unfollowed,
  valueOf,
} from "./values.js";

export const nestjs: LibraryModel = {
  name: library,
  packages: [
    "@nestjs/common",
    "@nestjs/core",
    "@nestjs/platform-express",
    "@nestjs/platform-fastify",
    "@nestjs/graphql",
    "@nestjs/websockets",
    "@nestjs/microservices",
    "@nestjs/bullmq",
    "@nestjs/bull",
    "@nestjs/typeorm",
    "@mikro-orm/nestjs",
    "@nestjs/schedule",
    "@nestjs/event-emitter",
    "@nestjs/passport",
  ],

  typed(external) {
    switch (external.path.at(-1)) {
      case "INestApplication":
      case "NestExpressApplication":
      case "NestFastifyApplication":
        return valueOf({ type: "application" });
      case "MiddlewareConsumer":
        return valueOf({ type: "middleware-consumer" });
      case "Reflector":
        return reflector;
      case "EventEmitter2":
        return emitterMadeAt(ofContainer);
      default:
        return null;
    }
  },

  construct(external) {
    return external.path.join(".") === "Reflector" ? reflector : null;
  },

  // `Reflect.getMetadata(KEY, context.getHandler())`
  recognize(path, method, call, tracer) {
    return path.join(".") === "Reflect" && method === "getMetadata"
      ? answerOf(method, call.arguments, tracer)
      : null;
  },

  callExternal(external, call, tracer) {
    const [name = "", method] = external.path;
    if (method !== undefined) return callStatic(external, call, tracer);
    switch (name) {
      case "applyDecorators":
        return valueOf({
          type: "decorators",
          decorators: [...call.arguments.flatMap(decoratorsIn), ...(call.spread ? [unfollowed] : [])],
        });
      case "createParamDecorator":
        for (const argument of call.arguments) tracer.escape(argument, call.site);
        return valueOf({ type: "parameter-decorator", factory: call.arguments[0] ?? unknown });
      case "AuthGuard":
        return valueOf({ type: "passport-guard", strategies: textsIn(call.arguments[0]) });
      case "PassportStrategy":
        return valueOf({ type: "passport-strategy", strategy: strategyName(call) });
      default:
        // Whatever else these packages export under a capital and is called is a decorator.
        return /^[A-Z]/.test(name) ? decoratorOf(external, call.arguments) : null;
    }
  },

  callValue(callee, call) {
    const data = dataOf(callee);
    if (data?.type === "metadata-decorator")
      return decoratorOf(setMetadata, [data.key, call.arguments[0] ?? undefinedValue]);
    if (data?.type !== "parameter-decorator") return null;
    return valueOf({
      type: "parameter",
      factory: data.factory,
      argument: call.arguments[0] ?? undefinedValue,
    });
  },

  callMethod(receiver, method, call, tracer) {
    const data = receiver.kind === "library" ? dataOf(receiver) : null;
    const service = serviceOf(tracer);
    switch (data?.type) {
      case "reflector":
        return answerOf(method, call.arguments, tracer);
      case "application":
        if (method === "useGlobalGuards") service.guards.push(...call.arguments);
        if (method === "setGlobalPrefix") service.prefixes.push(call.arguments);
        if (method === "use") service.middleware.push({ applied: call.arguments, routes: [], excluded: [] });
        return null;
      case "middleware-consumer":
        return method === "apply"
          ? valueOf({ type: "middleware", applied: call.arguments, excluded: [] })
          : null;
      case "middleware":
        if (method === "exclude")
          return valueOf({ ...data, excluded: [...data.excluded, ...call.arguments] });
        if (method !== "forRoutes") return null;
        service.middleware.push({ ...data, routes: call.arguments });
        return valueOf({ type: "middleware-consumer" });
      default:
        return null;
    }
  },

  injects(decorator) {
    const [own] = decoratorsIn(decorator);
    if (own?.package === "@nestjs/typeorm" && own.name === "InjectRepository")
      return {
        made: { kind: "external", package: "typeorm", path: ["Repository"] },
        arguments: own.arguments.slice(0, 1),
      };
    if (own?.package === "@mikro-orm/nestjs" && own.name === "InjectRepository")
      return {
        made: { kind: "external", package: "@mikro-orm/core", path: ["EntityRepository"] },
        arguments: own.arguments.slice(0, 1),
      };
    const isQueue = own?.name === "InjectQueue" && /^@nestjs\/bull(?:mq)?$/.test(own.package);
    return isQueue
      ? { made: { kind: "external", package: "bullmq", path: ["Queue"] }, arguments: own.arguments }
      : null;
  },

  entriesIn(file, module, tracer) {
    enterClasses(file, module, tracer);
  },
};

const reflector = valueOf({ type: "reflector" });
const setMetadata: ExternalValue = { kind: "external", package: "@nestjs/common", path: ["SetMetadata"] };

/** `Reflector.createDecorator<string[]>()`; what `transform` would make of its argument is not followed. */
function createdDecorator({ site, arguments: [options] }: Call, tracer: Tracer): Value | null {
  if (options && options.kind !== "object") return null;
  const given = options && tracer.memberOf(options, "key");
  const key = given && textIn(given) !== null ? given : tracer.symbolic(site, "createDecorator()");
  const isTransformed = options?.fields.has("transform") ?? false;
  return isTransformed ? null : valueOf({ type: "metadata-decorator", key });
}

function callStatic(external: ExternalValue, call: Call, tracer: Tracer): Value | null {
  switch (external.path.join(".")) {
    case "NestFactory.create":
      return valueOf({ type: "application" });
    case "Reflector.createDecorator":
      return createdDecorator(call, tracer);
    case "GqlExecutionContext.create":
      // The same context with other methods.
      return call.arguments[0] ?? null;
    default:
      return null;
  }
}

/** Strategies are called as their packages are, where nothing else is said: `passport-jwt`. */
function strategyName({ arguments: [strategy, name] }: Call): string {
  return textIn(name) ?? (strategy?.kind === "external" ? strategy.package.replace(/^passport-/, "") : "");
}
