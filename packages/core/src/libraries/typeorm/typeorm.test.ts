// Faults and their innocent neighbours are in fixtures/typeorm; here is what a receiver is recognised by, and what builders keep.
import { analyzedFiles } from "@tenant-audit/testing";
import { expect, test } from "vitest";

const entities = `
import { BaseEntity, Column, Entity, JoinColumn, ManyToOne, PrimaryGeneratedColumn } from "typeorm";
@Entity("organizations") export class Organization { @PrimaryGeneratedColumn("uuid") id: string; @Column() name: string }
@Entity("invoices") export class Invoice {
  @PrimaryGeneratedColumn("uuid") id: string;
  @Column({ name: "organization_id" }) organizationId: string;
  @ManyToOne(() => Organization) @JoinColumn({ name: "organization_id" }) organization: Organization;
  @Column() status: string;
}
@Entity("notes") export class Note extends BaseEntity {
  @PrimaryGeneratedColumn("uuid") id: string;
  @ManyToOne(() => Organization) organization: Organization;
}
`;

/** Says of every query on a line what is expected of it there: `// = scoped`, `// = unscoped leak`. */
function expectVerdicts(source: string): void {
  const text = `import * as orm from "typeorm"; import type { DataSource, EntityManager, Repository, QueryRunner } from "typeorm"; import { Invoice, Note, Organization } from "./entities";\n${source}`;
  const files = new Map(Object.entries({ "entities.ts": entities, "main.ts": text }));
  const report = analyzedFiles(files);
  const wanted = text.split("\n").flatMap((line, index) => {
    const said = / \/\/ = (.*)$/.exec(line)?.[1];
    return said === undefined ? [] : said.split(", ").map((one) => `${index + 1}: ${one}`);
  });
  const found = report.paths.map((path) => {
    const grade = report.findings.find((finding) => finding.path === path.id)?.grade;
    return `${path.line}: ${path.verdict}${grade ? ` ${grade}` : ""}`;
  });
  expect(found).toEqual(wanted);
}

test("what is asked is recognised by its construction", () => {
  expectVerdicts(`
    const source = new orm.DataSource({ type: "postgres" });
    export async function run(organizationId: string) {
      await source.getRepository(Invoice).find(); // = unscoped leak
      await source.getRepository("Invoice").findBy({ organizationId }); // = scoped
      await source.manager.find(Invoice); // = unscoped leak
      await source.createEntityManager().findBy(Invoice, { organizationId }); // = scoped
      await source.createQueryRunner().manager.count(Invoice); // = unscoped leak
      await orm.getRepository(Invoice).find(); // = unscoped leak
      await orm.getManager().find(Invoice); // = unscoped leak
      await orm.getConnection().getRepository(Invoice).find(); // = unscoped leak
      await Note.find(); // = unscoped leak
      await Note.findBy({ organization: { id: organizationId } }); // = scoped
    }
  `);
});

test("and by its declared type", () => {
  expectVerdicts(`
    export async function run(source: DataSource, manager: EntityManager, runner: QueryRunner, invoices: Repository<Invoice>) {
      await source.getRepository(Invoice).find(); // = unscoped leak
      await manager.find(Invoice); // = unscoped leak
      await runner.manager.find(Invoice); // = unscoped leak
      await invoices.find(); // = unscoped leak
    }
  `);
});

test("where a receiver leads nowhere, only a repository of an entity is", () => {
  expectVerdicts(`
    export async function run({ context, other }: any) {
      await context.source.getRepository(Invoice).find(); // = unscoped leak
      await context.source.getRepository(other).find();
      await other.find(Invoice);
      await other.save({ organizationId: 1 });
    }
  `);
});

test("a builder keeps what it was told on every way", () => {
  expectVerdicts(`
    export async function run(invoices: Repository<Invoice>, organizationId: string, words: string[], isAsked: boolean) {
      const one = invoices.createQueryBuilder("one"); // = scoped
      const same = one;
      same.where({ organizationId });
      await one.getMany();

      const other = invoices.createQueryBuilder("other"); // = optional leak
      for (const word of words) other.andWhere({ organizationId, status: word });
      await other.getMany();

      const third = invoices.createQueryBuilder("third"); // = optional leak
      isAsked && third.andWhere({ organizationId });
      await third.getMany();

      const fourth = invoices.createQueryBuilder("fourth"); // = scoped
      if (isAsked) fourth.where({ organizationId });
      else fourth.where({ organizationId, status: "open" });
      await fourth.getMany();

      const fifth = invoices.createQueryBuilder("fifth").where({ organizationId }); // = scoped
      fifth.clone().where({ status: "open" });
      await fifth.getMany();
    }
  `);
});

test("a helper changes the builder that it is given, on the ways on which it does", () => {
  expectVerdicts(`
    function limited(builder: orm.SelectQueryBuilder<Invoice>, organizationId: string, isOperator: boolean) {
      if (isOperator) return;
      builder.andWhere({ organizationId });
    }
    export async function run(invoices: Repository<Invoice>, organizationId: string, isOperator: boolean) {
      const builder = invoices.createQueryBuilder("invoice"); // = optional leak
      limited(builder, organizationId, isOperator);
      await builder.getMany();
    }
  `);
});
