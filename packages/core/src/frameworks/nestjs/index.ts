/**
 * NestJS. Handlers are methods of decorated classes. A decorator is known by what it evaluates to, so one that a project
 * composes of others, or makes itself, counts for what it is made of.
 */
import { emitterMadeAt, ofContainer } from "../../trace/channel.js";
import type { Call, LibraryModel } from "../../trace/library.js";
import { undefinedValue, unknown, type ExternalValue, type Value } from "../../trace/value.js";
import { enterClasses } from "./classes.js";
import { serviceOf } from "./service.js";
import { dataOf, decoratorOf, library, textIn, textsIn, valueOf, type Decorator } from "./values.js";

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
      case "EventEmitter2":
        return emitterMadeAt(ofContainer);
      default:
        return null;
    }
  },

  callExternal(external, call, tracer) {
    const [name = "", method] = external.path;
    if (method !== undefined) return callStatic(external, call);
    switch (name) {
      case "applyDecorators":
        return valueOf({ type: "decorators", decorators: call.arguments.flatMap(decoratorsIn) });
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
    const isQueue = own?.name === "InjectQueue" && /^@nestjs\/bull(?:mq)?$/.test(own.package);
    return isQueue
      ? { made: { kind: "external", package: "bullmq", path: ["Queue"] }, arguments: own.arguments }
      : null;
  },

  entriesIn(file, module, tracer) {
    enterClasses(file, module, tracer);
  },
};

function callStatic(external: ExternalValue, call: Call): Value | null {
  switch (external.path.join(".")) {
    case "NestFactory.create":
      return valueOf({ type: "application" });
    case "GqlExecutionContext.create":
      // The same context with other methods.
      return call.arguments[0] ?? null;
    default:
      return null;
  }
}

function decoratorsIn(value: Value): readonly Decorator[] {
  const data = dataOf(value);
  return data?.type === "decorators" ? data.decorators : [];
}

/** Strategies are called as their packages are, where nothing else is said: `passport-jwt`. */
function strategyName({ arguments: [strategy, name] }: Call): string {
  return textIn(name) ?? (strategy?.kind === "external" ? strategy.package.replace(/^passport-/, "") : "");
}
