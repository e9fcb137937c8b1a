/** Every library we have a model of. Adding one is one folder and one line here. */
import type { LibraryModel } from "../trace/library.js";
import { bullmq } from "./bullmq/index.js";
import { clickhouse } from "./clickhouse/index.js";
import { drizzle } from "./drizzle/index.js";
import { ioredis } from "./ioredis/index.js";
import { kysely } from "./kysely/index.js";
import { mysql } from "./mysql/index.js";
import { planetscale } from "./mysql/planetscale.js";
import { pgPromise } from "./pg-promise/index.js";
import { pg } from "./pg/index.js";
import { neon } from "./pg/neon.js";
import { vercel } from "./pg/vercel.js";
import { postgres } from "./postgres/index.js";
import { prisma } from "./prisma/index.js";
import { libsql } from "./sqlite/libsql.js";
import { sqlite } from "./sqlite/index.js";
import { stores } from "./stores/index.js";

/** Drivers, which are handed SQL that is written out. */
const drivers: readonly LibraryModel[] = [
  pg,
  neon,
  vercel,
  postgres,
  pgPromise,
  mysql,
  planetscale,
  sqlite,
  libsql,
  clickhouse,
];

export const libraries: readonly LibraryModel[] = [
  kysely,
  prisma,
  drizzle,
  ...drivers,
  ioredis,
  bullmq,
  stores,
];
