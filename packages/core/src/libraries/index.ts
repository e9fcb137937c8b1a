/** Every library we have a model of. Adding one is one folder and one line here. */
import type { LibraryModel } from "../trace/library.js";
import { bullmq } from "./bullmq/index.js";
import { drizzle } from "./drizzle/index.js";
import { graphileWorker } from "./graphile-worker/index.js";
import { inngest } from "./inngest/index.js";
import { ioredis } from "./ioredis/index.js";
import { kafkajs } from "./kafkajs/index.js";
import { kysely } from "./kysely/index.js";
import { pg } from "./pg/index.js";
import { pgBoss } from "./pg-boss/index.js";
import { prisma } from "./prisma/index.js";
import { qstash } from "./qstash/index.js";
import { sequelize } from "./sequelize/index.js";
import { sqs } from "./sqs/index.js";
import { stores } from "./stores/index.js";
import { triggerDev } from "./trigger-dev/index.js";

export const libraries: readonly LibraryModel[] = [
  kysely,
  prisma,
  drizzle,
  pg,
  ioredis,
  bullmq,
  pgBoss,
  graphileWorker,
  inngest,
  triggerDev,
  sqs,
  kafkajs,
  qstash,
  stores,
  sequelize,
];
