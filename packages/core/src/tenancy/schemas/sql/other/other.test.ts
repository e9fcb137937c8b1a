import { sqlParser } from "@tenant-audit/sql";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyHistory } from "../../../catalog/catalog.js";
import type { RawTable } from "../../source.js";
import { readOtherDialect } from "./other.js";

function read(text: string) {
  return readOtherDialect(sqlParser, text)!;
}

/** What stands when the text has run; everything in it has to be read. */
function tablesOf(text: string): readonly RawTable[] {
  const migration = read(text);
  expect(migration.unread).toEqual([]);
  const { tables, problems } = applyHistory([{ file: "1.sql", kind: "sql", text: migration }]);
  expect(problems).toEqual([]);
  return tables;
}

/** `id! int =`: not null, its type, filled by the database. */
function columnsOf(table: RawTable | undefined): readonly string[] {
  return table!.columns.map(
    ({ name, nullable, type, defaulted }) => `${name}${nullable ? "" : "!"} ${type}${defaulted ? " =" : ""}`,
  );
}

describe("MySQL", () => {
  it("reads columns, and keys that stand among them", () => {
    const text = `
      CREATE TABLE \`projects\` (
        \`id\` bigint unsigned NOT NULL AUTO_INCREMENT COMMENT 'the id, of course',
        \`org_id\` varchar(36) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
        \`note\` varchar(255) DEFAULT NULL,
        \`made_at\` datetime(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
        PRIMARY KEY (\`id\`),
        UNIQUE KEY \`by_note\` (\`org_id\`, \`note\`(10)) USING BTREE,
        KEY \`by_org\` (\`org_id\`),
        FULLTEXT KEY \`words\` (\`note\`),
        CONSTRAINT \`owner\` FOREIGN KEY (\`org_id\`) REFERENCES \`projects\` (\`id\`) ON DELETE CASCADE
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;`;
    const [table] = tablesOf(text);
    expect(read(text).dialect).toBe("mysql");
    expect(columnsOf(table)).toEqual([
      "id! bigint unsigned =",
      "org_id! varchar(36)",
      "note varchar(255)",
      "made_at! datetime(3) =",
    ]);
    expect(table).toMatchObject({
      primaryKey: ["id"],
      unique: [["org_id", "note"]],
      foreignKeys: [{ columns: ["org_id"], table: "projects", targets: ["id"] }],
    });
  });

  it("follows every way to change a table", () => {
    const [table, ...others] = tablesOf(`
      CREATE TABLE a (id int AUTO_INCREMENT PRIMARY KEY, old text, gone int, tag bit DEFAULT b'0', UNIQUE KEY by_tag (tag));
      CREATE TABLE spare (id int PRIMARY KEY);
      ALTER TABLE a ADD COLUMN first_one int NOT NULL FIRST, ADD (x int, y varchar(3) NOT NULL), ENGINE = InnoDB;
      ALTER TABLE a MODIFY COLUMN x bigint NOT NULL AFTER id, CHANGE old new varchar(9) NOT NULL DEFAULT 'z';
      ALTER TABLE a DROP COLUMN gone, DROP KEY by_tag, ADD UNIQUE INDEX by_x (x), RENAME INDEX by_x TO by_ex;
      ALTER TABLE a CONVERT TO CHARACTER SET utf8mb4;
      DROP INDEX by_ex ON a ALGORITHM = INPLACE LOCK = NONE;
      CREATE UNIQUE INDEX by_y ON a (y, new(4));
      ALTER TABLE a MODIFY id int NOT NULL, DROP PRIMARY KEY, ADD PRIMARY KEY (id, x);
      RENAME TABLE a TO b, spare TO reserve;`);
    expect(others.map(({ name }) => name)).toEqual(["reserve"].filter((one) => one !== table!.name));
    const b = [table!, ...others].find(({ name }) => name === "b");
    expect(columnsOf(b)).toEqual([
      "id! int",
      "new! varchar(9) =",
      "tag bit =",
      "first_one! int",
      "x! bigint",
      "y! varchar(3)",
    ]);
    expect(b).toMatchObject({ primaryKey: ["id", "x"], unique: [["y", "new"]] });
  });

  it("is not misled by strings, comments and the code of triggers", () => {
    const tables = tablesOf(`
      # CREATE TABLE no1 (id int);
      INSERT INTO notes VALUES ('it\\'s; CREATE TABLE no2 (id int);');
      /* CREATE TABLE no3 (id int); */
      /*!40101 CREATE TABLE yes (id int AUTO_INCREMENT PRIMARY KEY) */;
      DELIMITER //
      CREATE TRIGGER t BEFORE INSERT ON yes FOR EACH ROW BEGIN SET NEW.id = 1; DELETE FROM x; END //
      DELIMITER ;
      CREATE TRIGGER u BEFORE INSERT ON yes FOR EACH ROW BEGIN IF 1 THEN SET NEW.id = 1; END IF; END;
      CREATE TABLE too (id int AUTO_INCREMENT PRIMARY KEY);`);
    expect(tables.map(({ name, line }) => [name, line])).toEqual([
      ["yes", 5],
      ["too", 10],
    ]);
  });

  it("notes procedures that change tables, and not the others", () => {
    const { unread } = read(`
      CREATE PROCEDURE quiet() BEGIN SELECT 1; END;
      CREATE PROCEDURE loud() BEGIN ALTER TABLE a ADD b int; END;`);
    expect(unread).toMatchObject([{ line: 3, kind: "code" }]);
  });
});

describe("SQLite", () => {
  it("keeps foreign keys to a table that is made anew", () => {
    const tables = tablesOf(`
      PRAGMA foreign_keys=OFF;
      CREATE TABLE teams (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE ON CONFLICT IGNORE) STRICT;
      CREATE TABLE [users] (id TEXT PRIMARY KEY NOT NULL, team_id INTEGER REFERENCES teams, UNIQUE (id, team_id) ON CONFLICT ABORT);
      CREATE TABLE new_teams (id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT 'x');
      INSERT INTO new_teams SELECT * FROM teams;
      DROP TABLE teams;
      ALTER TABLE new_teams RENAME TO teams;
      CREATE UNIQUE INDEX by_name ON teams (name COLLATE NOCASE);
      CREATE UNIQUE INDEX by_some ON teams (name) WHERE id > 3;
      PRAGMA foreign_keys=ON;`);
    const [users, teams] = tables;
    expect(users!.foreignKeys).toEqual([{ columns: ["team_id"], table: "teams", targets: ["id"] }]);
    expect(columnsOf(teams)).toEqual(["id! INTEGER =", "name! TEXT ="]);
    expect(teams!.unique).toEqual([["name"]]);
  });

  it("reads constraints without commas between them, and columns that are said anew", () => {
    const [table] = tablesOf(`
      PRAGMA foreign_keys=OFF;
      CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT, b_id TEXT,
        CONSTRAINT own FOREIGN KEY (b_id) REFERENCES a (id) ON DELETE CASCADE
        FOREIGN KEY (id) REFERENCES a (id));
      ALTER TABLE a ALTER COLUMN "b_id" TO "b_id" text NOT NULL DEFAULT 'x';`);
    expect(table!.foreignKeys.map((key) => key.columns)).toEqual([["b_id"], ["id"]]);
    expect(columnsOf(table)).toEqual(["id! INTEGER =", "b_id! text ="]);
  });

  it("parts statements where Drizzle does", () => {
    const text =
      "CREATE TABLE `a` (\n\t`id` text PRIMARY KEY NOT NULL\n)\n--> statement-breakpoint\nCREATE TABLE `b` (`id` integer)";
    expect(read(text).dialect).toBe("sqlite");
    expect(tablesOf(text).map(({ name }) => name)).toEqual(["a", "b"]);
  });

  it("knows a virtual table by its name only", () => {
    expect(tablesOf("CREATE VIRTUAL TABLE words USING fts5(a, content='x')")).toMatchObject([
      { name: "words", readable: false },
    ]);
  });
});

describe("ClickHouse", () => {
  it("reads columns beside clauses that concern no rows, and takes no order for a key", () => {
    const text = `
      CREATE TABLE IF NOT EXISTS default.traces ON CLUSTER '{cluster}' (
        \`id\` String CODEC(ZSTD(3)),
        project_id LowCardinality(String),
        user_id Nullable(String) CODEC(ZSTD(1)) TTL toDate(at) + INTERVAL 1 DAY,
        at DateTime64(3) DEFAULT now64(3),
        sums SimpleAggregateFunction(sum, Nullable(Decimal(38, 12))),
        meta Map(LowCardinality(String), Array(String)),
        INDEX by_id id TYPE bloom_filter(0.001) GRANULARITY 1,
        PROJECTION p (SELECT id ORDER BY at)
      ) ENGINE = ReplicatedReplacingMergeTree(at, id) PARTITION BY toYYYYMM(at)
        PRIMARY KEY (project_id) ORDER BY (project_id, id) TTL at + INTERVAL 1 DAY SETTINGS x = 1;
      ALTER TABLE traces ON CLUSTER '{cluster}' ADD COLUMN IF NOT EXISTS tags Array(String) DEFAULT [] AFTER meta, MODIFY SETTING a = 1;
      ALTER TABLE traces MODIFY COLUMN user_id String, RENAME COLUMN sums TO total, DROP COLUMN IF EXISTS nothing;
      ALTER TABLE traces UPDATE id = '1' WHERE 1;
      CREATE TABLE copy AS traces;
      DROP TABLE IF EXISTS gone ON CLUSTER x SYNC;`;
    const [traces, copy] = tablesOf(text);
    expect(read(text).dialect).toBe("clickhouse");
    expect(columnsOf(traces)).toEqual([
      "id! String",
      "project_id! LowCardinality(String)",
      "user_id! String",
      "at! DateTime64(3) =",
      "total SimpleAggregateFunction(sum, Nullable(Decimal(38, 12)))",
      "meta! Map(LowCardinality(String), Array(String))",
      "tags! Array(String) =",
    ]);
    expect(traces).toMatchObject({ name: "traces", primaryKey: [], unique: [], rowSecurity: null });
    expect(columnsOf(copy)).toEqual(columnsOf(traces));
  });

  it("knows what its views read", () => {
    const tables = tablesOf(`
      CREATE TABLE raw (project_id String, at DateTime64(3)) ENGINE = MergeTree ORDER BY at;
      CREATE MATERIALIZED VIEW hourly ON CLUSTER x TO sums (p String) AS SELECT r.project_id AS p, count() AS n FROM raw AS r GROUP BY p;
      CREATE VIEW odd AS SELECT * FROM raw FINAL SAMPLE 1 / 10 ARRAY JOIN x AS y;`);
    expect(tables.map(({ name, view }) => [name, view?.reads])).toEqual([
      ["raw", undefined],
      ["hourly", ["raw"]],
      ["odd", ["raw"]],
    ]);
    expect(columnsOf(tables[1])).toEqual(["p! String", "n "]);
  });

  it("lets two tables exchange their names", () => {
    const tables = tablesOf(`
      CREATE TABLE a (x String) ENGINE = MergeTree ORDER BY x;
      CREATE TABLE b (y String) ENGINE = MergeTree ORDER BY y;
      EXCHANGE TABLES a AND b;`);
    expect(tables.map(({ name, columns }) => [name, columns[0]!.name]).sort()).toEqual([
      ["a", "y"],
      ["b", "x"],
    ]);
  });
});

describe("any of them", () => {
  it("names its dialect only when a word speaks for one", () => {
    expect(read("ALTER TABLE a ADD b int").dialect).toBeNull();
  });

  it("reads what it can beside a statement that nobody reads", () => {
    const migration = read(
      "CREATE TABLE a (id int AUTO_INCREMENT PRIMARY KEY);\nCREATE TABLE b (id int OF OUR OWN);",
    );
    expect(migration.changes).toHaveLength(1);
    expect(migration.unread).toMatchObject([
      { line: 2, kind: "syntax", text: "CREATE TABLE b (id int OF OUR OWN)" },
    ]);
  });

  it("says null of what is no SQL", () => {
    expect(readOtherDialect(sqlParser, "Dear all, please see below.")).toBeNull();
    expect(readOtherDialect(sqlParser, "")).toBeNull();
  });

  it("never throws, whatever it is given", () => {
    const pieces = fc.constantFrom(
      ..."CREATE TABLE VIEW ALTER ADD MODIFY CHANGE DROP RENAME TO AS a b int ( ) , ; ' ` \" [ . -- /* */ ON CLUSTER DEFAULT NULL BEGIN END DELIMITER // \n".split(
        " ",
      ),
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (words) => {
        readOtherDialect(sqlParser, words.join(" "));
      }),
    );
  });

  it("reads deep and long texts in time that grows with their length", () => {
    const deep = `CREATE TABLE a (id int DEFAULT ${"(".repeat(5000)}1${")".repeat(5000)});`;
    expect(read(deep + "CREATE TABLE b (id int AUTO_INCREMENT)").changes.length).toBeGreaterThan(0);
    const long = `INSERT INTO a VALUES ${"('x', 'y'), ".repeat(50_000)}('x', 'y');`;
    expect(read(`CREATE TABLE a (id int);${long}`).changes).toHaveLength(1);
  });
});
