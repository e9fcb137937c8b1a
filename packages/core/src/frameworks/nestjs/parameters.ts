/** What each parameter of a handler stands for. */
import { optionsOf } from "../../trace/choice.js";
import { memberRole, type Role } from "../../trace/entry.js";
import type { Tracer } from "../../trace/library.js";
import type { FunctionNode } from "../../lower/module.js";
import type { SymbolicValue, Value } from "../../trace/value.js";
import * as roles from "./roles.js";
import { dataOf, textIn, type Decorator } from "./values.js";

const roleOfDecorator: Readonly<Record<string, Role>> = {
  "@nestjs/common.Param": roles.part("params"),
  "@nestjs/common.Query": roles.part("query"),
  "@nestjs/common.Body": roles.part("body"),
  "@nestjs/common.RawBody": roles.part("rawBody"),
  "@nestjs/common.Headers": roles.part("headers"),
  "@nestjs/common.Ip": roles.part("ip"),
  "@nestjs/common.HostParam": roles.part("hostname"),
  "@nestjs/common.UploadedFile": roles.part("file"),
  "@nestjs/common.UploadedFiles": roles.part("files"),
  "@nestjs/common.Session": roles.session,
  "@nestjs/common.Req": roles.request,
  "@nestjs/common.Request": roles.request,
  "@nestjs/common.Res": roles.reply,
  "@nestjs/common.Response": roles.reply,
  "@nestjs/common.Next": roles.next,
  "@nestjs/graphql.Args": roles.resolverArguments,
  "@nestjs/graphql.Context": roles.graphqlContext,
  "@nestjs/graphql.Parent": roles.parent,
  "@nestjs/graphql.Root": roles.parent,
  "@nestjs/websockets.MessageBody": roles.message,
  "@nestjs/websockets.ConnectedSocket": roles.client,
  "@nestjs/microservices.Payload": roles.message,
  "@nestjs/microservices.Ctx": roles.rpcContext,
};

/** `byPosition`: what parameters get where none of them is decorated. */
export function parametersOf(
  file: string,
  fn: FunctionNode,
  byPosition: readonly Role[],
  tracer: Tracer,
): readonly Role[] {
  const decorated = fn.parameters.map((parameter) =>
    parameter.decorators.flatMap((one) => findRole(tracer.evaluateIn(file, one), tracer) ?? []).at(0),
  );
  if (decorated.every((role) => role === undefined))
    return fn.parameters.map((_, index) => byPosition[index] ?? roles.nothing);
  return decorated.map((role) => role ?? roles.nothing);
}

function findRole(decorator: Value, tracer: Tracer): Role | null {
  const data = dataOf(decorator);
  if (data?.type === "parameter") return roleOfFactory(data.factory, data.argument, tracer);
  const [own] = data?.type === "decorators" ? data.decorators : [];
  const role = own && roleOfDecorator[`${own.package}.${own.name}`];
  if (!role) return null;
  const property = own.package === "@nestjs/common" && own.name === "Ip" ? null : propertyOf(own, tracer);
  return property === null ? role : memberRole(role, property);
}

/** `@Param("id", ParseIntPipe)`, `@Args({ name: "id" })` */
function propertyOf({ arguments: [first] }: Decorator, tracer: Tracer): string | null {
  return textIn(first?.kind === "object" ? tracer.memberOf(first, "name") : first);
}

/** The context that a parameter decorator's function is asked with, to see what of it comes back. */
const asked: SymbolicValue = {
  kind: "symbolic",
  id: "parameter:execution-context",
  origin: "parameter",
  text: "context",
  absent: false,
  type: null,
  row: null,
};

function roleOfFactory(factory: Value, argument: Value, tracer: Tracer): Role {
  const own: Role = {
    kind: "context",
    name: factory.kind === "function" ? `decorated ${factory.file}#${factory.function}` : "decorated",
    text: "a parameter decorator",
  };
  return roleOfValue(tracer.invoke(factory, [argument, asked]), own, 3) ?? own;
}

/** Where it may be one of several, what comes from outside counts; null for what has nothing to do with the request. */
function roleOfValue(value: Value, own: Role, depth: number): Role | null {
  if (depth === 0) return null;
  switch (value.kind) {
    case "choice": {
      const found = optionsOf(value).flatMap((option) => roleOfValue(option, own, depth - 1) ?? []);
      const outside = found.find(({ kind }) => kind === "request");
      if (outside || found.length < 2) return outside ?? found[0] ?? null;
      return { ...found[0]!, name: found.map(({ name }) => name).join(" or ") };
    }
    case "symbolic": {
      if (value.id === asked.id) return roles.executionContext;
      if (value.id.startsWith(`${asked.id}.`))
        return value.id
          .slice(asked.id.length + 1)
          .split(".")
          .reduce((role, property) => memberRole(role, property), roles.executionContext);
      // Made of something by code that we do not follow: `parseInt(request.params.id)`.
      const parts = (value.from ?? []).map((one) => roleOfValue(one, own, depth - 1));
      return parts.find((role) => role?.kind === "request") ?? null;
    }
    case "object": {
      const members = [...value.fields].flatMap(([name, field]) => {
        const role = roleOfValue(field.value, own, depth - 1);
        return role ? [[name, role] as const] : [];
      });
      return { ...own, members: Object.fromEntries(members) };
    }
    default:
      return null;
  }
}
