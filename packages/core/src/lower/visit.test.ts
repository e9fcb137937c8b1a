import ts from "typescript";
import { expect, it } from "vitest";
import { lower } from "./lower.js";
import type { Statement } from "./module.js";
import { forEachExpressionIn, forEachStatement } from "./visit.js";

function namesIn(statements: readonly Statement[]): string {
  const names: string[] = [];
  forEachExpressionIn(statements, (expression) => {
    if (expression.kind === "name") names.push(expression.name);
  });
  return names.join(" ");
}

it("every expression of a body is met once, in the order of the text", () => {
  const { functions } = lower(
    ts,
    "a.tsx",
    `a(b, ...c).d[e]; new f(g); import(h); [i, { [j]: k, l, ...m }]; n\`\${o}\`; \`\${p}\`;
     !q; r + s; t && u; v ? w : x; y.z = aa; (bb, cc); await dd; ee as E; <ff>{gg}</ff>; <Hh {...ii} />;
     const { [jj]: kk = ll } = mm; if (nn) oo; else pp; for (qq; rr; ss) tt; for (uu.x of vv) ww; while (xx) yy;
     switch (zz) { case ab: ac; } try { ad; } catch { ae; } finally { af; } { ag; } label: ah; throw ai;`,
  );
  expect(namesIn(functions[0]!.body)).toBe(
    "a b c e f g h i j k l m n o p q r s t u v w x y aa bb cc dd ee gg Hh ii jj ll mm " +
      "nn oo pp qq rr ss tt uu vv ww xx yy zz ab ac ad ae af ag ah ai",
  );
});

it("a function's body is the function's own", () => {
  const { functions } = lower(ts, "a.ts", "outer(() => inner); function f() { other; }");
  expect(namesIn(functions[0]!.body)).toBe("outer");
  expect(namesIn(functions[1]!.body)).toBe("inner");
});

it("statements are met with those inside them", () => {
  const { functions } = lower(ts, "a.ts", "if (a) { b; } else { for (;;) { break; } }");
  const kinds: string[] = [];
  forEachStatement(functions[0]!.body, ({ kind }) => kinds.push(kind));
  expect(kinds).toEqual(["if", "expression", "loop", "break"]);
});
