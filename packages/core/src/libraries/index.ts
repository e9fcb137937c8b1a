/** Every library we have a model of. Adding one is one folder and one line here. */
import type { LibraryModel } from "../trace/library.js";
import { bullmq } from "./bullmq/index.js";
import { drizzle } from "./drizzle/index.js";
import { ioredis } from "./ioredis/index.js";
import { kysely } from "./kysely/index.js";
import { mikroOrm } from "./mikro-orm/index.js";
import { pg } from "./pg/index.js";
import { prisma } from "./prisma/index.js";
import { stores } from "./stores/index.js";
import { typeorm } from "./typeorm/index.js";

export const libraries: readonly LibraryModel[] = [
  kysely,
  prisma,
  drizzle,
  pg,
  typeorm,
  mikroOrm,
  ioredis,
  bullmq,
  stores,
];
