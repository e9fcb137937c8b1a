import { expect, test } from "vitest";
import { entered } from "../testing/entered.js";

function linesOf(source: string): readonly string[] {
  return entered(source).map(
    ({ kind, name, handler, parameters }) => `${kind} ${name} -> ${handler}(${parameters.join(", ")})`,
  );
}

const roles = "(context parent, request args, context)";

test("the resolvers of a server are its map's functions", () => {
  expect(
    linesOf(`
      import { ApolloServer } from "@apollo/server";
      const invoices = (parent: unknown, args: any, context: any) => [];
      const resolvers = {
        Query: { invoices },
        Subscription: { paid: { subscribe: async function heard(parent: unknown, args: any) {} } },
        Invoice: { async customer(parent: any) {}, total: "total" },
      };
      export const server = new ApolloServer({ typeDefs: "", resolvers });`),
  ).toEqual([
    `graphql query invoices -> invoices${roles}`,
    `graphql subscription paid -> heard${roles}`,
    `graphql field Invoice.customer -> customer${roles}`,
  ]);
});

test("a schema is made of several maps", () => {
  expect(
    linesOf(`
      import { createSchema } from "graphql-yoga";
      import { makeExecutableSchema } from "@graphql-tools/schema";
      import { mergeResolvers } from "@graphql-tools/merge";
      const first = { Mutation: { pay(parent: unknown, { id }: any) {} } };
      const second = { Query: { one(parent: unknown, { id }: any) {} } };
      export const a = createSchema({ typeDefs: "", resolvers: [first] });
      export const b = makeExecutableSchema({ resolvers: mergeResolvers([second]) });`),
  ).toEqual([`graphql mutation pay -> pay${roles}`, `graphql query one -> one${roles}`]);
});

test("an object that looks like a map of resolvers is none until a server gets it", () => {
  expect(
    linesOf(`
      import { createSchema } from "./forms.js";
      const resolvers = { Query: { invoices(parent: unknown) {} } };
      export const form = createSchema({ resolvers });
      export const promise = { resolve(value: string) {} };`),
  ).toEqual([]);
});

test("fields of a builder are named by where they are listed", () => {
  expect(
    linesOf(`
      import SchemaBuilder from "@pothos/core";
      const builder = new SchemaBuilder({});
      builder.queryType({ fields: (t) => ({ invoices: t.field({ type: "x", resolve: function all(parent, args, context) {} }), name: t.exposeString("name") }) });
      builder.mutationField("pay", (t) => t.prismaField({ type: "Invoice", resolve: async function pay(query, parent, args, context) {} }));
      builder.queryFields((t) => ({ one: t.string({ resolve: function one() {} }) }));
      builder.prismaObject("Invoice", { fields: (t) => ({ total: t.int({ resolve: function total(invoice) {} }) }) });
      const other = { queryField(name: string, fields: (t: any) => unknown) {} };
      other.queryField("none", (t) => t.field({ resolve: () => null }));`),
  ).toEqual([
    `graphql query invoices -> all${roles}`,
    "graphql mutation pay -> pay(nothing, context parent, request args, context)",
    `graphql query one -> one${roles}`,
    `graphql field Invoice.total -> total${roles}`,
  ]);
});
