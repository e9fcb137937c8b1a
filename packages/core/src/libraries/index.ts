/** Every library we have a model of. Adding one is one folder and one line here. */
import type { LibraryModel } from "../trace/library.js";
import { agenda } from "./agenda/index.js";
import { azureBlob } from "./azure-blob/index.js";
import { beeQueue } from "./bee-queue/index.js";
import { bullmq } from "./bullmq/index.js";
import { caches } from "./caches/index.js";
import { memoizerModels } from "./caches/memoizers.js";
import { clickhouse } from "./clickhouse/index.js";
import { cloudflareQueues } from "./cloudflare-queues/index.js";
import { drizzle } from "./drizzle/index.js";
import { files } from "./files/index.js";
import { googleStorage } from "./google-storage/index.js";
import { graphileWorker } from "./graphile-worker/index.js";
import { inngest } from "./inngest/index.js";
import { ioredis } from "./ioredis/index.js";
import { kafkajs } from "./kafkajs/index.js";
import { knex } from "./knex/index.js";
import { kysely } from "./kysely/index.js";
import { massive } from "./massive/index.js";
import { mikroOrm } from "./mikro-orm/index.js";
import { minio } from "./minio/index.js";
import { ociStorage } from "./oci-storage/index.js";
import { mysql } from "./mysql/index.js";
import { planetscale } from "./mysql/planetscale.js";
import { pgBoss } from "./pg-boss/index.js";
import { pgPromise } from "./pg-promise/index.js";
import { pg } from "./pg/index.js";
import { neon } from "./pg/neon.js";
import { vercel } from "./pg/vercel.js";
import { postgres } from "./postgres/index.js";
import { prisma } from "./prisma/index.js";
import { qstash } from "./qstash/index.js";
import { redis } from "./redis/index.js";
import { s3 } from "./s3/index.js";
import { sequelize } from "./sequelize/index.js";
import { sqlite } from "./sqlite/index.js";
import { libsql } from "./sqlite/libsql.js";
import { sqs } from "./sqs/index.js";
import { sns } from "./sqs/sns.js";
import { stores } from "./stores/index.js";
import { supabaseStorage } from "./supabase-storage/index.js";
import { triggerDev } from "./trigger-dev/index.js";
import { typeorm } from "./typeorm/index.js";
import { upstash } from "./upstash/index.js";
import { vercelBlob } from "./vercel-blob/index.js";

export const libraries: readonly LibraryModel[] = [
  kysely,
  prisma,
  drizzle,
  knex,
  massive,
  typeorm,
  mikroOrm,
  sequelize,
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
  stores,
  ioredis,
  redis,
  upstash,
  ...caches,
  ...memoizerModels,
  bullmq,
  beeQueue,
  agenda,
  pgBoss,
  graphileWorker,
  inngest,
  triggerDev,
  sqs,
  sns,
  kafkajs,
  qstash,
  cloudflareQueues,
  s3,
  minio,
  ociStorage,
  googleStorage,
  azureBlob,
  vercelBlob,
  supabaseStorage,
  files,
];
