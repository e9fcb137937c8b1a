import { expect, test } from "vitest";
import { entered } from "../testing/entered.js";

const service = { "next.config.mjs": "export default {};" };

function linesOf(files: Readonly<Record<string, string>>): readonly string[] {
  return entered({ ...service, ...files }).map(
    ({ kind, name, handler, parameters }) => `${kind} ${name} -> ${handler}(${parameters.join(", ")})`,
  );
}

test("a route file has a handler for each verb it exports", () => {
  expect(
    linesOf({
      "app/(shop)/invoices/[id]/route.ts": `
        export async function GET(request: Request, { params }: any) {}
        const remove = async (request: Request) => {};
        export const DELETE = remove;
        export { remove as PUT };
        export const dynamic = "force-dynamic";
        export function helper() {}`,
      "src/app/files/[[...path]]/route.ts": `export { POST } from "../../../../handlers.js";`,
      "handlers.ts": `export const POST = async (request: Request) => {};`,
    }),
  ).toEqual([
    "http GET /invoices/:id -> GET(context request, context route)",
    "http PUT /invoices/:id -> remove(context request, context route)",
    "http DELETE /invoices/:id -> remove(context request, context route)",
    "http POST /files/:path* -> POST(context request, context route)",
  ]);
});

test("what is sent is told from what a wrapper adds", () => {
  const [get] = entered({
    ...service,
    "app/route.ts": "export async function GET(request: Request, { params }: any) {}",
  });
  const [request, route] = get!.entry.parameters;
  expect(request!.members!["json()"]).toMatchObject({ kind: "request", name: "request.body" });
  expect(request!.members!["nextUrl"]!.members!["searchParams"]).toMatchObject({ name: "request.query" });
  expect(request!.members!["auth"]).toBeUndefined();
  expect(request!.kind).toBe("context");
  expect(route!.members!["params"]).toMatchObject({ kind: "request", name: "request.params" });
});

test("folders of the same names are no routes where nothing is of Next.js", () => {
  const files = {
    "server/app/route.ts": "export function GET(request: unknown) {}",
    "server/pages/api/invoices.ts": "export default function list(request: unknown) {}",
  };
  expect(entered(files)).toEqual([]);
  expect(entered({ ...service, ...files })).toEqual([]);
  expect(entered({ ...files, "server/next.config.js": "module.exports = {};" })).toHaveLength(2);
});

test("a file that imports from Next.js needs no configuration beside it", () => {
  expect(
    entered({
      "app/route.ts": `import { NextRequest } from "next/server"; export function GET(request: NextRequest) {}`,
    }),
  ).toHaveLength(1);
});

test("an API route's handler is found in the wrappers it stands in", () => {
  expect(
    linesOf({
      "wrappers.ts": `
        export const withMember = (handler: (request: any, response: any, member: any) => unknown) =>
          async function asMember(request: any, response: any) { return handler(request, response, request.headers.authorization); };`,
      "pages/api/invoices/index.ts": `
        import { withMember } from "../../../wrappers.js";
        export default withMember(async (request, response, member) => {});`,
      "pages/api/invoices/[id].ts": `
        import { wrapped } from "somebody-elses";
        async function show(request: any, response: any) {}
        export default wrapped(show);`,
      "pages/api/health.ts": `export default function health(request: any, response: any) {}`,
      "pages/api/names.ts": `export default ["a", "b"];`,
    }).toSorted(),
  ).toEqual([
    "http ALL /api/health -> health(context request, reply)",
    "http ALL /api/invoices -> asMember(context request, reply)",
    "http ALL /api/invoices/:id -> show(context request, reply)",
  ]);
});

test("pages run on the server, unless they say that they are the client's", () => {
  expect(
    linesOf({
      "app/[organization]/page.tsx": `
        export async function generateMetadata({ params }: any) {}
        export default async function Page({ params, searchParams }: any) { return null; }`,
      "app/layout.tsx": `export default async function Layout({ children }: any) { return children; }`,
      "app/settings/page.tsx": `"use client"; export default function Settings({ params }: any) { return null; }`,
      "app/settings/form.tsx": `export default function Form({ params }: any) { return null; }`,
      "pages/invoices.tsx": `
        export const getServerSideProps = async ({ query, req }: any) => ({ props: {} });
        export default function Invoices({ invoices }: any) { return null; }`,
    }),
  ).toEqual([
    "page page /:organization -> Page(context page)",
    "page metadata /:organization -> generateMetadata(context page)",
    "page page / -> Layout(context page)",
    "page page /invoices -> getServerSideProps(context page)",
  ]);
});

test("an action is what a file or a function says runs on the server", () => {
  expect(
    linesOf({
      "actions.ts": `
        "use server";
        export async function pay(invoiceId: string, { total }: any) {}
        export const limit = 3;
        async function inner(id: string) {}`,
      "form.tsx": `
        const text = "use server";
        export async function plain(id: string) { const a = 1; "use server"; return a; }
        export function Form() {
          async function save(data: FormData) { "use server"; }
          return save;
        }`,
    }),
  ).toEqual([
    "action action pay -> pay(request arguments.0, request arguments.1)",
    "action action save -> save(request arguments.0)",
  ]);
});
