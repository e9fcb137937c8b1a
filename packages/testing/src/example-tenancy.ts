/** A tenancy model for tests of the rules. */
import { learnTenancy, link, noConfiguration } from "@tenant-audit/core";

const schema = `
model Organization {
  id       String    @id
  invoices Invoice[]
  @@map("organizations")
}
model Invoice {
  id             String       @id
  organizationId String       @map("organization_id")
  organization   Organization @relation(fields: [organizationId], references: [id])
  total          Int
  @@map("invoices")
}
model Country {
  code String @id
  @@map("countries")
}
`;

export const exampleTenancy = learnTenancy(link({ files: [], packages: [], aliases: [] }, new Map()), {
  schemas: [{ kind: "prisma", file: "schema.prisma", text: schema }],
  migrations: [],
  sql: null,
  configuration: noConfiguration,
  tests: new Set(),
}).tenancy;
