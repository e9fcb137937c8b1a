import { expect, test } from "vitest";
import type { Layout, WorkspacePackage } from "./program.js";
import { createResolver } from "./resolve.js";

/** `a.ts` for a file of the project, `npm:kysely + helpers` for a package, `?` for nowhere. */
function resolving(layout: Partial<Layout>) {
  const resolve = createResolver({ files: [], packages: [], aliases: [], ...layout });
  return (file: string, specifier: string): string => {
    const target = resolve(file, specifier);
    if (target.kind === "module") return target.file;
    if (target.kind === "unresolved") return "?";
    return `npm:${target.package}${target.subpath && ` + ${target.subpath}`}`;
  };
}

function packageIn(directory: string, more: Partial<WorkspacePackage>): WorkspacePackage {
  const nothing = {
    exports: null,
    main: null,
    types: null,
    imports: null,
    dependencies: {},
    outDir: null,
    rootDir: null,
  };
  return { name: directory, directory, ...nothing, ...more };
}

test("a relative import finds its file without extension, by another one, and by directory", () => {
  const resolve = resolving({
    files: [
      "src/a.ts",
      "src/view.tsx",
      "src/old.js",
      "src/both.ts",
      "src/both.js",
      "src/db/index.ts",
      "src/m.mts",
    ],
  });

  expect(resolve("src/main.ts", "./a")).toBe("src/a.ts");
  expect(resolve("src/main.ts", "./a.js")).toBe("src/a.ts");
  expect(resolve("src/main.ts", "./view.js")).toBe("src/view.tsx");
  expect(resolve("src/main.ts", "./view.jsx")).toBe("src/view.tsx");
  expect(resolve("src/main.ts", "./m.mjs")).toBe("src/m.mts");
  expect(resolve("src/main.ts", "./old.js")).toBe("src/old.js");
  expect(resolve("src/main.ts", "./both.js")).toBe("src/both.ts");
  expect(resolve("src/main.ts", "./db")).toBe("src/db/index.ts");
  expect(resolve("src/main.ts", "./db/index.js")).toBe("src/db/index.ts");
  expect(resolve("src/db/index.ts", "..")).toBe("?");
  expect(resolve("src/db/index.ts", "../a")).toBe("src/a.ts");
});

test("a dot in a file's name is not an extension", () => {
  const resolve = resolving({ files: ["user.service.ts", "chart.js.ts"] });

  expect(resolve("main.ts", "./user.service")).toBe("user.service.ts");
  expect(resolve("main.ts", "./chart.js")).toBe("chart.js.ts");
});

test("a missing file, an asset and a path out of the project lead nowhere", () => {
  const resolve = resolving({ files: ["src/a.ts", "src/data.json", "src/style.css"] });

  expect(resolve("src/a.ts", "./missing")).toBe("?");
  expect(resolve("src/a.ts", "./data.json")).toBe("?");
  expect(resolve("src/a.ts", "./style.css")).toBe("?");
  expect(resolve("src/a.ts", "../../../etc/passwd")).toBe("?");
});

test("what is not in the project is a package, with its scope and its subpath", () => {
  const resolve = resolving({ files: ["a.ts"] });

  expect(resolve("a.ts", "kysely")).toBe("npm:kysely");
  expect(resolve("a.ts", "kysely/helpers/postgres")).toBe("npm:kysely + helpers/postgres");
  expect(resolve("a.ts", "@prisma/client/edge")).toBe("npm:@prisma/client + edge");
  expect(resolve("a.ts", "lodash.merge")).toBe("npm:lodash.merge");
});

test("a module of Node's has one name, with and without its prefix", () => {
  const resolve = resolving({ files: ["a.ts"] });

  expect(resolve("a.ts", "node:crypto")).toBe("npm:node:crypto");
  expect(resolve("a.ts", "crypto")).toBe("npm:node:crypto");
  expect(resolve("a.ts", "fs/promises")).toBe("npm:node:fs + promises");
  expect(resolve("a.ts", "crypto-js")).toBe("npm:crypto-js");
});

test("the longest pattern of the nearest tsconfig wins", () => {
  const resolve = resolving({
    files: ["src/db/client.ts", "app/src/db/client.ts", "special/client.ts"],
    aliases: [
      { scope: "", pattern: "@/*", targets: ["src/*"] },
      { scope: "app", pattern: "@/*", targets: ["app/missing/*", "app/src/*"] },
      { scope: "app", pattern: "@/special/*", targets: ["special/*"] },
    ],
  });

  expect(resolve("main.ts", "@/db/client")).toBe("src/db/client.ts");
  expect(resolve("app/main.ts", "@/db/client")).toBe("app/src/db/client.ts");
  expect(resolve("app/main.ts", "@/special/client.js")).toBe("special/client.ts");
  expect(resolve("application/main.ts", "@/db/client")).toBe("src/db/client.ts");
});

test("an alias to a missing file is no package when no package can be called so", () => {
  const resolve = resolving({ files: [], aliases: [{ scope: "", pattern: "@/*", targets: ["src/*"] }] });

  expect(resolve("main.ts", "@/components/button")).toBe("?");
  expect(resolve("main.ts", "~/components/button")).toBe("?");
  expect(resolve("main.ts", "@acme/button")).toBe("npm:@acme/button");
});

test("baseUrl makes every path of the project importable, and hides no package", () => {
  const resolve = resolving({
    files: ["server/src/users.ts"],
    aliases: [{ scope: "server", pattern: "*", targets: ["server/*"] }],
  });

  expect(resolve("server/main.ts", "src/users")).toBe("server/src/users.ts");
  expect(resolve("server/main.ts", "kysely")).toBe("npm:kysely");
  expect(resolve("client/main.ts", "src/users")).toBe("npm:src + users");
});

test("package.json's imports are private names of one package", () => {
  const resolve = resolving({
    files: ["api/src/db.ts", "api/src/queue/jobs.ts", "web/main.ts"],
    packages: [
      packageIn("api", {
        imports: { "#db": { default: "./dist/db.js" }, "#queue/*": "./src/queue/*.ts", "#orm": "kysely" },
      }),
      packageIn("web", {}),
    ],
  });

  expect(resolve("api/src/main.ts", "#db")).toBe("api/src/db.ts");
  expect(resolve("api/src/main.ts", "#queue/jobs")).toBe("api/src/queue/jobs.ts");
  expect(resolve("api/src/main.ts", "#orm")).toBe("npm:kysely");
  expect(resolve("api/src/main.ts", "#missing")).toBe("?");
  expect(resolve("web/main.ts", "#db")).toBe("?");
});

test("a workspace package is read from the sources of what it will have built", () => {
  const resolve = resolving({
    files: [
      "packages/shared/src/index.ts",
      "packages/shared/src/server/index.ts",
      "packages/shared/src/encryption/index.ts",
    ],
    packages: [
      packageIn("packages/shared", {
        name: "@acme/shared",
        outDir: "./dist",
        rootDir: ".",
        exports: {
          ".": { import: "./dist/src/index.js" },
          "./src/server": { require: "./dist/src/server/index.js" },
          "./encryption": {
            types: "./dist/src/encryption/index.d.ts",
            import: "./dist/src/encryption/index.js",
          },
        },
      }),
    ],
  });

  expect(resolve("web/main.ts", "@acme/shared")).toBe("packages/shared/src/index.ts");
  expect(resolve("web/main.ts", "@acme/shared/src/server")).toBe("packages/shared/src/server/index.ts");
  expect(resolve("web/main.ts", "@acme/shared/encryption")).toBe("packages/shared/src/encryption/index.ts");
  expect(resolve("web/main.ts", "@acme/shared/missing")).toBe("?");
  expect(resolve("web/main.ts", "@acme/shared-types")).toBe("npm:@acme/shared-types");
});

test("a checkout that has been built reads like one that has not", () => {
  const sources = ["lib/src/index.ts", "lib/src/db.ts"];
  const packages = [
    packageIn("lib", { main: "dist/index.js", exports: { ".": "./dist/index.js", "./*": "./dist/*.js" } }),
  ];
  const fresh = resolving({ files: sources, packages });
  const built = resolving({
    files: [...sources, "lib/dist/index.js", "lib/dist/index.d.ts", "lib/dist/db.js"],
    packages,
  });

  for (const specifier of ["lib", "lib/db"]) {
    expect(built("main.ts", specifier)).toBe(fresh("main.ts", specifier));
  }
  expect(fresh("main.ts", "lib/db")).toBe("lib/src/db.ts");
});

test("where a package puts its output is found by its name when no tsconfig says it", () => {
  const files = ["p/src/a.ts", "p/b.ts", "p/src/c/index.ts"];
  const entry = (main: string) => resolving({ files, packages: [packageIn("p", { main })] })("main.ts", "p");

  expect(entry("dist/a.js")).toBe("p/src/a.ts");
  expect(entry("./lib/cjs/a.cjs")).toBe("p/src/a.ts");
  expect(entry("build/esm/a.mjs")).toBe("p/src/a.ts");
  expect(entry("dist/p/src/a.js")).toBe("p/src/a.ts");
  expect(entry("dist/b.js")).toBe("p/b.ts");
  expect(entry("out/c")).toBe("p/src/c/index.ts");
});

test("a condition made for sources comes before those that lead to the output", () => {
  const resolve = resolving({
    files: ["p/source/index.ts", "p/src/index.ts", "p/types.d.ts"],
    packages: [
      packageIn("p", {
        exports: {
          ".": { types: "./types.d.ts", "@acme/source": "./source/index.ts", default: "./dist/index.js" },
        },
      }),
    ],
  });

  expect(resolve("main.ts", "p")).toBe("p/source/index.ts");
});

test("a package that says nothing is entered at its index, and by path", () => {
  const resolve = resolving({
    files: ["p/src/index.ts", "p/src/deep/thing.ts", "p/testing.ts"],
    packages: [packageIn("p", {})],
  });

  expect(resolve("main.ts", "p")).toBe("p/src/index.ts");
  expect(resolve("main.ts", "p/testing")).toBe("p/testing.ts");
  expect(resolve("main.ts", "p/deep/thing")).toBe("p/src/deep/thing.ts");
  expect(resolve("main.ts", "p/src/deep/thing.js")).toBe("p/src/deep/thing.ts");
});

test("of two packages with one name, the nearer one is meant", () => {
  const resolve = resolving({
    files: ["one/shared/index.ts", "two/shared/index.ts"],
    packages: [packageIn("one/shared", { name: "shared" }), packageIn("two/shared", { name: "shared" })],
  });

  expect(resolve("one/app/main.ts", "shared")).toBe("one/shared/index.ts");
  expect(resolve("two/app/main.ts", "shared")).toBe("two/shared/index.ts");
});

test("an alias that points into a package's output is read from its sources", () => {
  const resolve = resolving({
    files: ["packages/formula/src/index.server.ts"],
    packages: [packageIn("packages/formula", { outDir: "dist", rootDir: "src" })],
    aliases: [
      { scope: "app", pattern: "formula/server", targets: ["packages/formula/dist/index.server.d.ts"] },
    ],
  });

  expect(resolve("app/main.ts", "formula/server")).toBe("packages/formula/src/index.server.ts");
});

test("a package.json full of surprises is read as far as it makes sense", () => {
  const nested = JSON.parse(`${'{"import":'.repeat(50)}"./a.js"${"}".repeat(50)}`);
  for (const exports of [42, [], {}, { ".": null }, { ".": [null, { import: 7 }] }, nested]) {
    const resolve = resolving({ files: ["p/index.ts"], packages: [packageIn("p", { exports })] });
    expect(resolve("main.ts", "p")).toBe("p/index.ts");
  }
});
