/** A project with a table of each class, for tests of the commands that show its model. */
import { type TemporaryProject, temporaryProject } from "@tenant-audit/testing";

export const shopSchema = `model Organization {
  id       String    @id
  invoices Invoice[]
  @@map("organizations")
}
model User {
  id      String   @id
  members Member[]
  @@map("users")
}
model Member {
  organizationId String       @map("organization_id")
  organization   Organization @relation(fields: [organizationId], references: [id])
  userId         String       @map("user_id")
  user           User         @relation(fields: [userId], references: [id])
  @@id([organizationId, userId])
  @@map("members")
}
model Invoice {
  id             String       @id
  organizationId String       @map("organization_id")
  organization   Organization @relation(fields: [organizationId], references: [id])
  lines          Line[]
  @@map("invoices")
}
model Line {
  id        String  @id
  invoiceId String  @map("invoice_id")
  invoice   Invoice @relation(fields: [invoiceId], references: [id])
  @@map("invoice_lines")
}
model Country {
  code String @id
  @@map("countries")
}
`;

export function shop(): TemporaryProject {
  return temporaryProject({ "schema.prisma": shopSchema, "src/index.ts": "export {};\n" });
}
