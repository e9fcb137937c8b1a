/** PostgreSQL with rows of two tenants in it, and what an object-relational mapper takes for its driver. */
import { EventEmitter } from "node:events";
import { PGlite } from "@electric-sql/pglite";

export interface Database {
  readonly postgres: PGlite;
  /** What comes back, of rows that are there again afterwards. */
  rowsOf(sql: string, parameters: readonly unknown[]): Promise<readonly unknown[]>;
  /** How many rows the statements of an object-relational mapper reach, of rows that are there again afterwards. */
  rowsReached(run: () => unknown): Promise<number>;
  /** What `import pg from "pg"` would be. */
  readonly driver: object;
}

export interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

export async function startDatabase(schema: string): Promise<Database> {
  const postgres = new PGlite();
  await postgres.exec(schema);
  let reached = 0;

  const query = async (text: string, values: readonly unknown[] | undefined) => {
    const results = values ? [await postgres.query(text, [...values])] : await postgres.exec(text);
    const result = results.at(-1) ?? { rows: [], affectedRows: 0 };
    const rowCount = result.rows.length || (result.affectedRows ?? 0);
    reached += rowCount;
    return { ...result, rowCount, command: text.trim().split(/\s/)[0]?.toUpperCase() };
  };

  class Client extends EventEmitter {
    readonly connection = new EventEmitter();

    connect(done?: (error: null, client: Client, release: () => void) => void): Promise<void> {
      done?.(null, this, () => {});
      return Promise.resolve();
    }

    query(...given: readonly unknown[]): Promise<unknown> {
      const [first, second] = given;
      const { text, values } =
        typeof first === "string"
          ? { text: first, values: Array.isArray(second) ? (second as unknown[]) : undefined }
          : (first as { text: string; values?: unknown[] });
      const done = given.find((one) => typeof one === "function") as
        ((error: unknown, result?: unknown) => void) | undefined;
      const result = query(text, values);
      if (done)
        result.then(
          (answer) => done(null, answer),
          (error: unknown) => done(error),
        );
      return result.catch((error: unknown) => {
        if (!done) throw error;
      });
    }

    end(done?: () => void): Promise<void> {
      done?.();
      return Promise.resolve();
    }
  }

  return {
    postgres,
    driver: { Client, Pool: Client, types: { getTypeParser: () => (value: unknown) => value } },
    async rowsOf(sql, parameters) {
      await postgres.exec("begin");
      try {
        return (await postgres.query(sql, [...parameters])).rows;
      } finally {
        await postgres.exec("rollback");
      }
    },
    async rowsReached(run) {
      await postgres.exec("begin");
      reached = 0;
      try {
        await run();
        return reached;
      } finally {
        await postgres.exec("rollback");
      }
    },
  };
}
