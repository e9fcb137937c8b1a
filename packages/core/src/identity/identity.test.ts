/** Which values are the principal's, judged by what a query on them is worth. */
import { analyzed } from "@tenant-audit/testing";
import { describe, expect, it } from "vitest";

/** What ties the one query of a route to its tenant. */
function tieOf(imports: string, tenant: string): readonly unknown[] {
  const { paths } = analyzed(
    `import { NextResponse } from "next/server";
    import { db } from "./database.js";
    ${imports}
    export async function GET(request: Request) {
      const organizationId = ${tenant};
      return NextResponse.json(
        await db.selectFrom("invoices").selectAll().where("organization_id", "=", organizationId).execute(),
      );
    }`,
  );
  return paths.flatMap(({ verdict, constraints }) => [
    verdict,
    constraints[0]?.origin,
    constraints[0]?.proof,
  ]);
}

describe("a session that a library has verified is the principal's", () => {
  it.each([
    ['import { getServerSession } from "next-auth";', "(await getServerSession())!.user.organizationId"],
    ['import NextAuth from "next-auth"; const { auth } = NextAuth({});', "(await auth())!.organizationId"],
    ['import { auth } from "@clerk/nextjs/server";', "(await auth()).orgId"],
    ['import jwt from "jsonwebtoken";', 'jwt.verify(request.headers.get("authorization")!, "key").org'],
    [
      'import { jwtVerify } from "jose";',
      '(await jwtVerify(request.headers.get("x-token")!, key)).payload.org',
    ],
    [
      'import { createServerClient } from "@supabase/ssr";',
      "(await createServerClient(url, key, {}).auth.getUser()).data.user.app_metadata.org",
    ],
  ])("%s", (imports, tenant) => {
    expect(tieOf(imports, tenant)).toEqual(["scoped", "principal", "principal"]);
  });
});

describe("what nobody has verified is not", () => {
  it.each([
    ['import jwt from "jsonwebtoken";', 'jwt.decode(request.headers.get("authorization")!).org'],
    [
      'import { createServerClient } from "@supabase/ssr";',
      "(await createServerClient(url, key, {}).auth.getSession()).data.session.user.app_metadata.org",
    ],
    ['import { verify } from "./own.js";', "verify.organizationId"],
  ])("%s", (imports, tenant) => {
    expect(tieOf(imports, tenant)[0]).not.toBe("scoped");
  });
});
