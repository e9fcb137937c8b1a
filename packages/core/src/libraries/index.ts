/** Every library we have a model of. Adding one is one folder and one line here. */
import type { LibraryModel } from "../trace/library.js";
import { bullmq } from "./bullmq/index.js";
import { caches } from "./caches/index.js";
import { drizzle } from "./drizzle/index.js";
import { ioredis } from "./ioredis/index.js";
import { kysely } from "./kysely/index.js";
import { pg } from "./pg/index.js";
import { prisma } from "./prisma/index.js";
import { redis } from "./redis/index.js";
import { stores } from "./stores/index.js";
import { upstash } from "./upstash/index.js";

export const libraries: readonly LibraryModel[] = [
  ...[kysely, prisma, drizzle, pg],
  ...[ioredis, redis, upstash, ...caches],
  ...[bullmq, stores],
];
