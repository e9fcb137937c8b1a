// Faults and their innocent neighbours are in fixtures/mikro-orm; here is what a receiver is recognised by.
import { analyzedFiles } from "@tenant-audit/testing";
import { expect, test } from "vitest";

const entities = `
import { Entity, ManyToOne, PrimaryKey, Property } from "@mikro-orm/core";
@Entity() export class Organization { @PrimaryKey() id: string; @Property() name: string }
@Entity() export class Invoice { @PrimaryKey() id: string; @ManyToOne(() => Organization) organization: Organization }
`;

test("managers and repositories are recognised by construction, declared type and injection", () => {
  const text = `
import { EntityManager, EntityRepository, MikroORM } from "@mikro-orm/core";
import { InjectRepository } from "@mikro-orm/nestjs";
import { Invoice } from "./entities";
export async function run(em: EntityManager, invoices: EntityRepository<Invoice>, other: any, id: string) {
  const orm = await MikroORM.init();
  await orm.em.find(Invoice, {});
  await em.fork().findAll(Invoice);
  await em.getRepository(Invoice).findOne(id);
  await invoices.find({ organization: "1" });
  await invoices.getEntityManager().count(Invoice);
  await other.find(Invoice, {});
  await other.persist({ organization: "1" });
}
class Service {
  constructor(@InjectRepository(Invoice) private readonly invoices) {}
  all() { return this.invoices.findAll(); }
}
`;
  const files = new Map(Object.entries({ "entities.ts": entities, "main.ts": text }));
  const report = analyzedFiles(files);
  expect(report.paths.map(({ line, verdict }) => `${line}: ${verdict}`)).toEqual([
    "7: unscoped",
    "8: unscoped",
    "9: unscoped",
    "10: scoped",
    "11: unscoped",
    "17: unscoped",
  ]);
});
