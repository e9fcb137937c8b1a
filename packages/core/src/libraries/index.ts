/** Every library we have a model of. Adding one is one folder and one line here. */
import type { LibraryModel } from "../trace/library.js";
import { bullmq } from "./bullmq/index.js";
import { drizzle } from "./drizzle/index.js";
import { ioredis } from "./ioredis/index.js";
import { knex } from "./knex/index.js";
import { kysely } from "./kysely/index.js";
import { massive } from "./massive/index.js";
import { pg } from "./pg/index.js";
import { prisma } from "./prisma/index.js";
import { sequelize } from "./sequelize/index.js";
import { stores } from "./stores/index.js";

export const libraries: readonly LibraryModel[] = [
  kysely,
  prisma,
  drizzle,
  pg,
  ioredis,
  bullmq,
  stores,
  sequelize,
  knex,
  massive,
];
