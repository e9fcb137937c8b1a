import { expect, test } from "vitest";
import type { Value } from "../../trace/value.js";
import { entered } from "../testing/entered.js";

const imports = `
  import { All, Body, CanActivate, Controller, createParamDecorator, applyDecorators, ExecutionContext, Get, Headers, Injectable,
    Module, NestMiddleware, MiddlewareConsumer, Param, Post, Query, Req, RequestMethod, Res, Session, UploadedFile, UseGuards } from "@nestjs/common";
  import { APP_GUARD, NestFactory } from "@nestjs/core";
  import { AuthGuard, PassportStrategy } from "@nestjs/passport";
`;

function linesOf(source: string | Readonly<Record<string, string>>): readonly string[] {
  return entered(typeof source === "string" ? imports + source : source).map(
    ({ kind, name, handler, parameters }) => `${kind} ${name} -> ${handler}(${parameters.join(", ")})`,
  );
}

function guardsOf(source: string): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(entered(imports + source).map(({ name, before }) => [name, before]));
}

test("a controller's routes are its decorated methods, with what each parameter is decorated as", () => {
  expect(
    linesOf(`
      @Controller("invoices")
      class InvoicesController {
        @Get() list(@Query() query: object, @Query("page") page: string) {}
        @Get(":id") get(@Param("id", ParseUUIDPipe) id: string, @Req() request: any, @Res() response: any) {}
        @Post([":id/send", ":id/resend"]) send(@Param() params: any, @Body() body: any, @Body("to") to: string) {}
        @All("raw/") raw(@Headers("x-organization") organization: string, @Session() session: any, @UploadedFile() file: any, plain: string) {}
        helper(id: string) {}
      }`),
  ).toEqual([
    "http GET /invoices -> InvoicesController.list(request.query, request.query.page)",
    "http GET /invoices/:id -> InvoicesController.get(request.params.id, context request, reply)",
    "http POST /invoices/:id/send -> InvoicesController.send(request.params, request.body, request.body.to)",
    "http POST /invoices/:id/resend -> InvoicesController.send(request.params, request.body, request.body.to)",
    "http ALL /invoices/raw -> InvoicesController.raw(request.headers.x-organization, context request.session, request.file, nothing)",
  ]);
});

test("decorators of the same names that are somebody else's make no route", () => {
  expect(
    entered(`
      import { Controller, Get } from "./decorators.js";
      @Controller("invoices")
      class InvoicesController { @Get() list() {} }
      class Repository { get(id: string) { return id; } }`),
  ).toEqual([]);
});

test("a class without @Controller has no routes, an abstract one has them where it is inherited", () => {
  expect(
    linesOf(`
      class Loose { @Get("loose") loose() {} }
      abstract class Crud {
        @Get(":id") get(@Param("id") id: string) {}
        @Post() create(@Body() body: any) {}
      }
      @Controller({ path: "invoices" })
      class InvoicesController extends Crud {
        @Post("special") create(@Body("total") total: number) {}
      }`),
  ).toEqual([
    "http POST /invoices/special -> InvoicesController.create(request.body.total)",
    "http GET /invoices/:id -> Crud.get(request.params.id)",
  ]);
});

test("a decorator of the project's own counts for what it is made of", () => {
  expect(
    linesOf(`
      const Api = (path: string) => applyDecorators(Controller(path), UseGuards(Members));
      @Injectable() class Members { canActivate() { return true; } }
      @Api("invoices")
      class InvoicesController { @Get() list() {} }`),
  ).toEqual(["http GET /invoices -> InvoicesController.list()"]);
});

test("a parameter decorator of the project's own is what its function returns", () => {
  expect(
    linesOf(`
      const CurrentUser = createParamDecorator((data: string, ctx: ExecutionContext) => {
        const { user } = ctx.switchToHttp().getRequest();
        return data ? user[data] : user;
      });
      const Organization = createParamDecorator((_: unknown, ctx: ExecutionContext) => {
        const request = ctx.switchToHttp().getRequest();
        if (!request.user) throw new Error();
        return request.params.organizationId ?? request.user.organizationId;
      });
      const Workspace = createParamDecorator((_: unknown, ctx: ExecutionContext) => ctx.switchToHttp().getRequest().raw.workspace);
      @Controller()
      class Invoices {
        @Get() list(@CurrentUser() user: any, @CurrentUser("id") id: string, @Organization() organization: string, @Workspace() workspace: any) {}
      }`),
  ).toEqual([
    "http GET / -> Invoices.list(context request.user, context request.user.id, request.params.organizationId, context request.workspace)",
  ]);
});

test("what a parameter decorator puts together keeps what each part is", () => {
  const [{ entry }] = entered(`${imports}
    const Scope = createParamDecorator((_: unknown, ctx: ExecutionContext) => {
      const request = ctx.switchToHttp().getRequest();
      return { userId: request.user.id, projectId: request.query.projectId };
    });
    @Controller()
    class Invoices { @Get() list(@Scope() scope: any) {} }`) as [ReturnType<typeof entered>[number]];
  expect(entry.parameters[0]!.members).toMatchObject({
    userId: { kind: "context", name: "request.user.id" },
    projectId: { kind: "request", name: "request.query.projectId" },
  });
});

test("guards run from the service's to the method's", () => {
  expect(
    guardsOf(`
      class Everywhere { canActivate(context: ExecutionContext) { return true; } }
      class AtStart { canActivate(context: ExecutionContext) { return true; } }
      class OfClass implements CanActivate { constructor(private readonly members: Members) {} canActivate(context: ExecutionContext) { return true; } }
      class OfMethod { constructor(private readonly role: string) {} canActivate(context: ExecutionContext) { return true; } }
      class Bodiless extends AuthGuard("jwt") {}
      @Module({ providers: [{ provide: APP_GUARD, useClass: Everywhere }] })
      class AppModule {}
      async function main() {
        const app = await NestFactory.create(AppModule);
        app.setGlobalPrefix("api");
        app.useGlobalGuards(new AtStart());
      }
      @UseGuards(Bodiless, OfClass)
      @Controller("invoices")
      class Invoices {
        @UseGuards(new OfMethod("admin"))
        @Get() list() {}
        @Get("open") open() {}
      }`),
  ).toEqual({
    "GET /api/invoices": [
      "AtStart.canActivate true",
      "Everywhere.canActivate true",
      "OfClass.canActivate true",
      "OfMethod.canActivate true",
    ],
    "GET /api/invoices/open": [
      "AtStart.canActivate true",
      "Everywhere.canActivate true",
      "OfClass.canActivate true",
    ],
  });
});

test("the guards of a base class stand before those of its heirs", () => {
  expect(
    guardsOf(`
      class Members { canActivate() { return true; } }
      class Admins { canActivate() { return true; } }
      @UseGuards(Members)
      abstract class Crud { @Get() list() {} }
      @UseGuards(Admins)
      @Controller("invoices")
      class Invoices extends Crud {}`),
  ).toEqual({ "GET /invoices": ["Members.canActivate true", "Admins.canActivate true"] });
});

test("a guard of passport asks its strategy, unless it decides by itself", () => {
  const source = (guard: string) => `
    import { Strategy } from "passport-jwt";
    @Injectable()
    class JwtStrategy extends PassportStrategy(Strategy) {
      constructor() { super({ passReqToCallback: true }); }
      async validate(request: any, payload: any) { return { id: payload.sub }; }
    }
    @Injectable()
    ${guard}
    @Controller() class Invoices { @UseGuards(JwtGuard) @Get() list() {} }`;
  expect(
    guardsOf(
      source(
        `class JwtGuard extends AuthGuard("jwt") { handleRequest(error: any, user: any) { return user; } }`,
      ),
    ),
  ).toEqual({ "GET /": ["JwtStrategy.validate true", "JwtGuard.handleRequest returns"] });
  expect(
    guardsOf(
      source(
        `class JwtGuard extends AuthGuard("jwt") { canActivate(context: ExecutionContext) { return true; } }`,
      ),
    ),
  ).toEqual({ "GET /": ["JwtGuard.canActivate true"] });
  expect(guardsOf(source(`class JwtGuard extends AuthGuard(["jwt", "api-key"]) {}`))).toEqual({
    "GET /": [],
  });
  const [{ entry }] = entered(imports + source(`class JwtGuard extends AuthGuard("jwt") {}`)) as [
    ReturnType<typeof entered>[number],
  ];
  expect(
    entry
      .before()[0]!
      .parameters.slice(0, 2)
      .map(({ name }) => name),
  ).toEqual(["request", "token"]);
});

test("middleware runs for the routes it is applied to", () => {
  expect(
    guardsOf(`
      class Tenant implements NestMiddleware { use(request: any, response: any, next: () => void) { next(); } }
      class Audit implements NestMiddleware { use(request: any, response: any, next: () => void) { next(); } }
      @Module({})
      class AppModule {
        configure(consumer: MiddlewareConsumer) {
          consumer.apply(Tenant).exclude({ path: "health", method: RequestMethod.GET }).forRoutes("*");
          consumer.apply(Audit).forRoutes(Invoices);
        }
      }
      @Controller("invoices") class Invoices { @Get() list() {} }
      @Controller("health") class Health { @Get() check() {} @Post() report() {} }`),
  ).toEqual({
    "GET /invoices": ["Tenant.use next", "Audit.use next"],
    "GET /health": [],
    "POST /health": ["Tenant.use next"],
  });
});

test("messages of a gateway come with their client first, unless decorators say otherwise", () => {
  expect(
    linesOf(`
      import { ConnectedSocket, MessageBody, SubscribeMessage, WebSocketGateway } from "@nestjs/websockets";
      @WebSocketGateway()
      class Rooms {
        handleConnection(client: any) {}
        @SubscribeMessage("join") join(client: any, room: string) {}
        @SubscribeMessage("leave") leave(@MessageBody("room") room: string, @ConnectedSocket() client: any) {}
      }`),
  ).toEqual([
    "websocket websocket connection -> Rooms.handleConnection(context client)",
    "websocket websocket join -> Rooms.join(context client, request message)",
    "websocket websocket leave -> Rooms.leave(request message.room, context client)",
  ]);
});

test("fields of a resolver are told from parameters of the same name", () => {
  expect(
    linesOf({
      "main.ts": `
        import { Args, Context, Mutation, Parent, Query, ResolveField, Resolver } from "@nestjs/graphql";
        @Resolver(() => Invoice)
        class InvoicesResolver {
          @Query(() => [Invoice], { name: "invoices" }) list(@Args() args: any, @Context("user") user: any) {}
          @Mutation("payInvoice") pay(@Args("id") id: string, @Args({ name: "total" }) total: number, @Context() context: any) {}
          @ResolveField() customer(@Parent() invoice: Invoice) {}
        }`,
    }),
  ).toEqual([
    "graphql query invoices -> InvoicesResolver.list(request args, context.user)",
    "graphql mutation payInvoice -> InvoicesResolver.pay(request args.id, request args.total, context)",
    "graphql field customer -> InvoicesResolver.customer(context parent)",
  ]);
});

test("jobs, times and events come from inside", () => {
  expect(
    linesOf({
      "main.ts": `
        import { Processor, WorkerHost } from "@nestjs/bullmq";
        import { Processor as OldProcessor, Process } from "@nestjs/bull";
        import { Injectable } from "@nestjs/common";
        import { Cron, Interval } from "@nestjs/schedule";
        import { OnEvent } from "@nestjs/event-emitter";
        import { EventPattern } from "@nestjs/microservices";
        @Processor("emails")
        class Emails extends WorkerHost { async process(job: any) {} other(job: any) {} }
        @OldProcessor("reports")
        class Reports { @Process("monthly") monthly(job: any) {} }
        @Injectable()
        class Sweeper {
          @Cron("0 0 * * *") nightly() {}
          @Interval(1000) often() {}
          @OnEvent("invoice.paid") paid(event: any) {}
        }`,
    }),
  ).toEqual([
    "job job emails -> Emails.process(job channel:job%20emails)",
    "job job reports monthly -> Reports.monthly(job channel:job%20reports)",
    "cron cron Sweeper.nightly -> Sweeper.nightly()",
    "cron cron Sweeper.often -> Sweeper.often()",
    "job event invoice.paid -> Sweeper.paid(job event)",
  ]);
});

/** What the guard before each route is told, in the order in which it asks. */
function answersIn(source: string): Readonly<Record<string, readonly unknown[]>> {
  const plain = (value: Value | undefined): unknown =>
    value?.kind === "array"
      ? value.elements.map(plain)
      : value?.kind === "literal"
        ? (value.value ?? "nothing")
        : "unknown";
  const routes = entered(`
    import { Reflector } from "@nestjs/core";
    import { SetMetadata } from "@nestjs/common";
    ${imports}${source}`);
  return Object.fromEntries(
    routes.map(({ name, entry }) => {
      const members = Object.entries(entry.before().at(-1)!.parameters[0]!.members!);
      const asked = members.filter(([property]) => property.startsWith("metadata:"));
      return [name, asked.map(([, role]) => plain(role.value))];
    }),
  );
}

const guardAsking = (...questions: readonly string[]): string => `
  @Injectable()
  class Asking implements CanActivate {
    constructor(private readonly reflector: Reflector) {}
    canActivate(context: ExecutionContext) {
      ${questions.map((question) => `this.reflector.${question};`).join("\n")}
      return true;
    }
  }`;

test("the reflector says how a handler is decorated, and else its class", () => {
  expect(
    answersIn(`
      const IS_PUBLIC = "isPublic";
      const Public = () => SetMetadata(IS_PUBLIC, true);
      const Open = () => applyDecorators(Public(), UseGuards());
      ${guardAsking("getAllAndOverride(IS_PUBLIC, [context.getHandler(), context.getClass()])", 'get("isPublic", context.getHandler())')}
      @UseGuards(Asking) @Controller("closed")
      class Closed { @Get() list() {} @Public() @Get("public") public() {} @Open() @Get("open") open() {} }
      @Public() abstract class Shown {}
      @UseGuards(Asking) @Controller("shown")
      class Invoices extends Shown { @Get() list() {} @SetMetadata("isPublic", false) @Get("own") own() {} }`),
  ).toEqual({
    "GET /closed": ["nothing", "nothing"],
    "GET /closed/public": [true, true],
    "GET /closed/open": [true, true],
    "GET /shown": [true, "nothing"],
    "GET /shown/own": [false, false],
  });
});

test("the reflector merges what a handler and its class say, and knows the decorators that it has made", () => {
  expect(
    answersIn(`
      const ROLES = Symbol("roles");
      const Roles = (...roles: string[]) => SetMetadata(ROLES, roles);
      const Plan = Reflector.createDecorator<string>();
      const Other = Reflector.createDecorator<string>();
      ${guardAsking(
        "getAllAndMerge(ROLES, [context.getHandler(), context.getClass()])",
        "getAll(Plan, [context.getHandler(), context.getClass()])",
        "get(Other, context.getHandler())",
      )}
      @Roles("member") @Plan("team") @UseGuards(Asking) @Controller("invoices")
      class Invoices { @Get() list() {} @Roles("admin", "owner") @Plan("free") @Get("all") all() {} }
      @UseGuards(Asking) @Controller("health")
      class Health { @Get() check() {} }`),
  ).toEqual({
    "GET /invoices": [["member"], ["nothing", "team"], "nothing"],
    "GET /invoices/all": [["admin", "owner", "member"], ["free", "team"], "nothing"],
    "GET /health": [[], ["nothing", "nothing"], "nothing"],
  });
});

test("what Reflect says is what the reflector says", () => {
  expect(
    answersIn(`
      class Asking { canActivate(context: ExecutionContext) { return Reflect.getMetadata("isPublic", context.getHandler()) === true; } }
      @UseGuards(Asking) @Controller() class Invoices { @SetMetadata("isPublic", true) @Get() list() {} }`),
  ).toEqual({ "GET /": [true] });
});

test("what decorators say that are not followed is not known", () => {
  const asking = guardAsking('get("isPublic", context.getHandler())');
  expect(
    answersIn(`
      import { ApiTags } from "@nestjs/swagger";
      import { Shown } from "@example/decorators";
      ${asking}
      function marked(target: object, name: string) { Reflect.defineMetadata("isPublic", true, target[name]); }
      const chosen = () => process.env.OPEN ? SetMetadata("isPublic", true) : SetMetadata("isPublic", false);
      @UseGuards(Asking) @Controller()
      class Invoices {
        @SetMetadata("isPublic", true) @ApiTags("invoices") @Get("set") set() {}
        @ApiTags("invoices") @Get("tagged") tagged() {}
        @marked @Get("marked") marked() {}
        @chosen() @Get("chosen") chosen() {}
        @SetMetadata("isPublic", true) @SetMetadata("isPublic", false) @Get("both") both() {}
      }`),
  ).toEqual({
    "GET /set": [true],
    "GET /tagged": ["nothing"],
    "GET /marked": ["unknown"],
    "GET /chosen": ["unknown"],
    "GET /both": ["unknown"],
  });
  // A key that nobody here sets may be another package's.
  expect(
    answersIn(`
      import { Shown } from "@example/decorators";
      ${asking}
      @UseGuards(Asking) @Controller() class Invoices { @Shown() @Get() list() {} @Get("plain") plain() {} }`),
  ).toEqual({ "GET /": ["unknown"], "GET /plain": ["nothing"] });
});

test("a guard of passport says from where on it asks, where nothing else may say who it is", () => {
  const principals = (guards: string, start = ""): readonly unknown[] => {
    const [{ entry }] = entered(`${imports}
      class JwtGuard extends AuthGuard("jwt") {
        canActivate(context: ExecutionContext) { if (context.getType() !== "http") return true; return super.canActivate(context); }
      }
      class Members implements CanActivate { canActivate(context: ExecutionContext) { return true; } }
      class Always extends AuthGuard("jwt") {}
      async function main() { const app = await NestFactory.create(Invoices); ${start} }
      @UseGuards(${guards}) @Controller() class Invoices { @Get() list() {} }`) as [
      ReturnType<typeof entered>[number],
    ];
    return entry.before().map(({ principal }) => principal?.name ?? null);
  };
  expect(principals("JwtGuard")).toEqual(["request.user"]);
  expect(principals("JwtGuard, Members")).toEqual(["request.user", null]);
  expect(principals("JwtGuard, Always")).toEqual([null]);
  expect(principals("JwtGuard, Elsewhere")).toEqual([null]);
  expect(principals("JwtGuard", "app.use(helmet());")).toEqual(["request.user"]);
  expect(principals("JwtGuard", "app.use(passport.session());")).toEqual([null]);
});
