/** What comes out of a schema, said of what went in. Expectations are those of each library's documentation. */
import { exampleTenancy } from "@tenant-audit/testing";
import ts from "typescript";
import { describe, expect, it, test } from "vitest";
import { link } from "../link/link.js";
import { lowerFile } from "../lower/lower.js";
import type { LibraryModel } from "../trace/library.js";
import { trace } from "../trace/trace.js";
import { isUndefined, type Value } from "../trace/value.js";
import { validators } from "./index.js";

/** What `parse` gives for `input`, which anything may be in. */
function out(parse: string, schemas = ""): string {
  const taken: Value[] = [];
  const taker: LibraryModel = {
    name: "taker",
    packages: ["taker"],
    callExternal(_, call) {
      taken.push(...call.arguments);
      return null;
    },
  };
  const source = `
    import { take } from "taker";
    import { z } from "zod";
    import * as v from "valibot";
    import Joi from "joi";
    import * as yup from "yup";
    import { type } from "arktype";
    import { create, mask } from "superstruct";
    import { Value } from "@sinclair/typebox/value";
    import { plainToInstance } from "class-transformer";
    ${schemas}
    export async function handle(input) { take(${parse}); }`;
  const { module } = lowerFile(ts, "main.ts", source);
  trace({
    program: link({ files: ["main.ts"], packages: [], aliases: [] }, new Map([["main.ts", module]])),
    tenancy: exampleTenancy,
    models: [...validators, taker],
    judged: new Set(["main.ts"]),
  });
  return said(taken[0]!);
}

/** `?` after what may be missing, `…` where there may be more. */
function said(value: Value): string {
  switch (value.kind) {
    case "symbolic":
      return value.id.replace(/^parameter:main\.ts#\d+\./, "") + (value.absent ? "?" : "");
    case "literal":
      return isUndefined(value) ? "undefined" : JSON.stringify(value.value);
    case "choice":
      return value.options.map(said).join(" or ");
    case "array":
      return `[${[...value.elements, ...(value.rest ? [value.rest] : [])].map(said).join(", ")}]`;
    case "object": {
      const fields = [...value.fields].map(([name, field]) => `${name}: ${said(field.value)}`);
      const others = (value.others ?? []).map((other) => `...${said(other)}`);
      return `{ ${[...others, ...fields, ...(value.open && others.length === 0 ? ["…"] : [])].join(", ")} }`;
    }
    default:
      return value.kind;
  }
}

describe("Zod (https://zod.dev/api)", () => {
  const schemas = `
    const Invoice = z.object({ id: z.string().uuid(), note: z.string().optional(), total: z.coerce.number() });
    const Paged = z.object({ page: z.number().default(1) });`;

  it.each([
    // "By default, unrecognized keys are stripped from the parsed result."
    ["Invoice.parse(input)", "{ id: input.id, note: input.note?, total: input.total }"],
    ["await Invoice.parseAsync(input)", "{ id: input.id, note: input.note?, total: input.total }"],
    ["Invoice.strict().parse(input)", "{ id: input.id, note: input.note?, total: input.total }"],
    ["z.strictObject({ id: z.string() }).parse(input)", "{ id: input.id }"],
    // "Unknown keys are passed through."
    ["Paged.passthrough().parse(input)", "{ ...input, page: input.page or 1 }"],
    ["z.looseObject({ id: z.string() }).parse(input)", "{ ...input, id: input.id }"],
    ["Paged.catchall(z.string()).parse(input)", "{ ...input, page: input.page or 1 }"],
    ["Paged.passthrough().strip().parse(input)", "{ page: input.page or 1 }"],
  ])("%s is %s", (parse, expected) => {
    expect(out(parse, schemas)).toBe(expected);
  });

  it.each([
    ["Invoice.pick({ id: true }).parse(input)", "{ id: input.id }"],
    ["Invoice.omit({ note: true, total: true }).parse(input)", "{ id: input.id }"],
    [
      "Invoice.pick({ id: true }).extend({ page: z.number() }).parse(input)",
      "{ id: input.id, page: input.page }",
    ],
    ["z.object({ ...Paged.shape, id: z.string() }).parse(input)", "{ page: input.page or 1, id: input.id }"],
    ["Paged.merge(Invoice.pick({ id: true })).parse(input)", "{ page: input.page or 1, id: input.id }"],
    ["Invoice.pick({ id: true, note: true }).partial().parse(input)", "{ id: input.id?, note: input.note? }"],
    [
      "Invoice.omit({ total: true }).partial({ id: true }).parse(input)",
      "{ id: input.id?, note: input.note? }",
    ],
    ["Invoice.omit({ total: true }).required().parse(input)", "{ id: input.id, note: input.note }"],
    [
      "Invoice.partial().required({ id: true }).pick({ id: true, note: true }).parse(input)",
      "{ id: input.id, note: input.note? }",
    ],
    ["Invoice.shape.id.parse(input.id)", "input.id"],
    // What is omitted is an unknown key, and stays with the others (https://github.com/colinhacks/zod/issues/2052).
    ["Invoice.passthrough().pick({ id: true }).parse(input)", "{ ...input, id: input.id }"],
  ])("%s is %s", (parse, expected) => {
    expect(out(parse, schemas)).toBe(expected);
  });

  it.each([
    ["z.string().optional().parse(input.id)", "input.id?"],
    ["z.string().nullish().parse(input.id)", "input.id?"],
    ["z.optional(z.string()).parse(input.id)", "input.id?"],
    ["z.string().optional().unwrap().parse(input.id)", "input.id"],
    ['z.string().default("all").parse(input.id)', 'input.id or "all"'],
    ['z.string().optional().default("all").parse(input.id)', 'input.id or "all"'],
    ['z.string().catch("all").parse(input.id)', 'input.id or "all"'],
    ["z.string().trim().min(1).brand('Id').parse(input.id)", "input.id"],
    ["z.array(Paged).parse(input.pages)", "[{ page: input.pages[].page or 1 }]"],
    ["Paged.array().parse(input.pages)", "[{ page: input.pages[].page or 1 }]"],
    ["z.object({ filter: Invoice.pick({ id: true }) }).parse(input)", "{ filter: { id: input.filter.id } }"],
    ["z.lazy(() => Paged).parse(input)", "input"],
    ["z.union([Paged, Invoice]).parse(input)", "input"],
  ])("%s is %s", (parse, expected) => {
    expect(out(parse, schemas)).toBe(expected);
  });

  it("leaves of an object what any of several shapes lets through", () => {
    const either = `
      const Card = z.object({ kind: z.literal("card"), tenantId: z.string(), last4: z.string() });
      const Bank = z.object({ kind: z.literal("bank"), tenantId: z.string().optional(), iban: z.string() });
      const Payment = z.discriminatedUnion("kind", [Card, Bank]);
      const Owned = z.union([Card, Card.extend({ expires: z.string() })]);`;
    expect(
      out("Payment.parse({ kind: input.kind, tenantId: input.tenantId, extra: input.extra })", either),
    ).toBe("{ kind: input.kind, tenantId: input.tenantId?, last4: undefined, iban: undefined }");
    expect(out("Owned.parse({ tenantId: input.isOwn ? input.tenantId : undefined }).tenantId", either)).toBe(
      "input.tenantId",
    );
  });

  it("gives what came out of safeParse as data", () => {
    expect(out("Paged.safeParse(input).data", schemas)).toBe("{ page: input.page or 1 }");
    expect(out("(await Paged.safeParseAsync(input)).data", schemas)).toBe("{ page: input.page or 1 }");
  });

  it("makes nothing better of a value that it transforms", () => {
    expect(out("Invoice.shape.id.transform((id) => id.trim()).parse(input.id)", schemas)).toBe("input.id");
    expect(out("Invoice.transform(({ id }) => ({ invoiceId: id })).parse(input)", schemas)).toBe("input");
    expect(out("Invoice.transform(rename).pipe(Paged).parse(input)", schemas)).toBe(
      "{ page: input.page or 1 }",
    );
    expect(out("Invoice.pick({ id: true }).refine((one) => one.id).parse(input)", schemas)).toBe(
      "{ id: input.id }",
    );
    expect(out("z.preprocess(JSON.parse, Paged).parse(input)", schemas)).toBe("{ page: input.page or 1 }");
  });

  it("is known where its schemas come from a file that nobody sees", () => {
    expect(out("InvoiceSchema.parse(input)", 'import { InvoiceSchema } from "@somebody/schemas";')).toBe(
      "input",
    );
    expect(out("Filter.safeParse(input).data", 'import { Filter } from "@somebody/schemas";')).toBe("input");
  });
});

test("parse is no validator's by its name", () => {
  expect(out("dates.parse(input)", 'import dates from "dates";')).not.toBe("input");
  expect(out("own.parse(input)", "const own = { parse: (value) => 1 };")).toBe("1");
});

test("what a text says comes from where the text came from", () => {
  expect(out("JSON.parse(input)")).toBe("input");
  expect(out("Object.fromEntries(input)")).toBe("input");
});

describe("Valibot (https://valibot.dev/guides/objects/)", () => {
  const schemas = `
    const Invoice = v.object({ id: v.pipe(v.string(), v.uuid()), note: v.optional(v.string()) });`;

  it.each([
    // "The object schema removes unknown entries."
    ["v.parse(Invoice, input)", "{ id: input.id, note: input.note? }"],
    ["await v.parseAsync(Invoice, input)", "{ id: input.id, note: input.note? }"],
    ["v.safeParse(Invoice, input).output", "{ id: input.id, note: input.note? }"],
    ["v.parse(v.strictObject({ id: v.string() }), input)", "{ id: input.id }"],
    // "… allows unknown entries and adds them to the output."
    ["v.parse(v.looseObject({ id: v.string() }), input)", "{ ...input, id: input.id }"],
    ["v.parse(v.objectWithRest({ id: v.string() }, v.null()), input)", "{ ...input, id: input.id }"],
    ["v.parse(v.pick(Invoice, ['id']), input)", "{ id: input.id }"],
    ["v.parse(v.omit(Invoice, ['note']), input)", "{ id: input.id }"],
    ["v.parse(v.partial(Invoice), input)", "{ id: input.id?, note: input.note? }"],
    ["v.parse(v.partial(v.required(Invoice), ['note']), input)", "{ id: input.id, note: input.note? }"],
    ["v.parse(v.required(v.partial(Invoice), ['id']), input)", "{ id: input.id, note: input.note? }"],
    [
      "v.parse(v.object({ ...Invoice.entries, total: v.number() }), input)",
      "{ id: input.id, note: input.note?, total: input.total }",
    ],
    [
      "v.parse(v.intersect([Invoice, v.object({ total: v.number() })]), input)",
      "{ id: input.id, note: input.note?, total: input.total }",
    ],
    ["v.parse(v.object({ page: v.optional(v.number(), 1) }), input)", "{ page: input.page or 1 }"],
    ["v.parse(v.fallback(v.string(), 'all'), input.id)", 'input.id or "all"'],
    ["v.parse(v.array(v.object({ id: v.string() })), input.list)", "[{ id: input.list[].id }]"],
    ["v.parse(v.union([Invoice, v.string()]), input)", "input"],
    ["v.parse(v.pipe(Invoice, v.transform(({ id }) => ({ invoiceId: id }))), input)", "input"],
    ["v.parse(v.pipe(Invoice, v.check((one) => one.id)), input)", "{ id: input.id, note: input.note? }"],
  ])("%s is %s", (parse, expected) => {
    expect(out(parse, schemas)).toBe(expected);
  });
});

describe("Joi (https://joi.dev/api)", () => {
  const schemas = `
    const Invoice = Joi.object({ id: Joi.string().required(), note: Joi.string(), page: Joi.number().default(1) });`;

  it.each([
    // Keys are optional unless they are required, and unknown ones are refused.
    ["Invoice.validate(input).value", "{ id: input.id, note: input.note?, page: input.page or 1 }"],
    ["await Invoice.validateAsync(input)", "{ id: input.id, note: input.note?, page: input.page or 1 }"],
    ["Joi.attempt(input, Invoice)", "{ id: input.id, note: input.note?, page: input.page or 1 }"],
    [
      "Invoice.validate(input, { stripUnknown: true }).value",
      "{ id: input.id, note: input.note?, page: input.page or 1 }",
    ],
    [
      "Joi.object({ id: Joi.required() }).unknown().validate(input, { stripUnknown: true }).value",
      "{ ...input, id: input.id }",
    ],
    [
      "Joi.attempt(input, Invoice.unknown())",
      "{ ...input, id: input.id, note: input.note?, page: input.page or 1 }",
    ],
    [
      "Joi.attempt(input, Joi.object({ id: Joi.required() }), { allowUnknown: true })",
      "{ ...input, id: input.id }",
    ],
    // "allowUnknown: when true, allows object to contain unknown keys which are ignored."
    [
      "Joi.object({ id: Joi.required() }).validate(input, { allowUnknown: true }).value",
      "{ ...input, id: input.id }",
    ],
    [
      "await Joi.object({ id: Joi.required() }).validateAsync(input, { allowUnknown: true })",
      "{ ...input, id: input.id }",
    ],
    ["Joi.object({ id: Joi.required() }).validate(input, options).value", "{ ...input, id: input.id }"],
    [
      "Joi.object({ id: Joi.string().required() }).unknown().validate(input).value",
      "{ ...input, id: input.id }",
    ],
    [
      "Joi.object({ id: Joi.string() }).keys({ note: Joi.string().required() }).validate(input).value",
      "{ id: input.id?, note: input.note }",
    ],
    [
      "Joi.object({ ids: Joi.array().items(Joi.object({ id: Joi.required() })).required() }).validate(input).value",
      "{ ids: [{ id: input.ids[].id }] }",
    ],
  ])("%s is %s", (parse, expected) => {
    expect(out(parse, schemas)).toBe(expected);
  });
});

describe("Yup (https://github.com/jquense/yup)", () => {
  const schemas = `const Invoice = yup.object({ id: yup.string().required(), note: yup.string() });`;

  it.each([
    // Unknown fields stay unless they are told to go.
    ["await Invoice.validate(input)", "{ ...input, id: input.id, note: input.note? }"],
    ["Invoice.validateSync(input)", "{ ...input, id: input.id, note: input.note? }"],
    ["Invoice.cast(input)", "{ ...input, id: input.id, note: input.note? }"],
    ["Invoice.validateSync(input, { stripUnknown: true })", "{ id: input.id, note: input.note? }"],
    ["Invoice.validateSync(input, { abortEarly: false })", "{ ...input, id: input.id, note: input.note? }"],
    ["Invoice.noUnknown().validateSync(input)", "{ id: input.id, note: input.note? }"],
    ["Invoice.pick(['id']).noUnknown().validateSync(input)", "{ id: input.id }"],
    [
      "Invoice.noUnknown().shape({ page: yup.number().default(1) }).validateSync(input)",
      "{ id: input.id, note: input.note?, page: input.page or 1 }",
    ],
  ])("%s is %s", (parse, expected) => {
    expect(out(parse, schemas)).toBe(expected);
  });
});

test("others give back what they were given", () => {
  const invoice = 'const Invoice = type({ id: "string" });';
  expect(out("Invoice(input)", invoice)).toBe("input");
  expect(out("Invoice.assert(input)", invoice)).toBe("input");
  expect(out("create(input, Invoice)")).toBe("input");
  expect(out("mask(input, Invoice)")).toBe("input");
  expect(out("Value.Parse(Invoice, input)")).toBe("input");
  expect(out("plainToInstance(Invoice, input)", "class Invoice {}")).toBe("input");
});
