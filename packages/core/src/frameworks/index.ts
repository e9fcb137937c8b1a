/** Every framework we have a model of. Adding one is one folder and one line here. */
import type { LibraryModel } from "../trace/library.js";
import { cron } from "./cron/index.js";
import { express } from "./express/index.js";
import { fastify } from "./fastify/index.js";
import { graphql } from "./graphql/index.js";
import { hono } from "./hono/index.js";
import { koa } from "./koa/index.js";
import { nestjs } from "./nestjs/index.js";
import { nextSafeAction } from "./next-safe-action/index.js";
import { nextjs } from "./nextjs/index.js";
import { orpc } from "./orpc/index.js";
import { socketIo } from "./socket-io/index.js";
import { trpc } from "./trpc/index.js";
import { ws } from "./ws/index.js";
import { zsa } from "./zsa/index.js";

export const frameworks: readonly LibraryModel[] = [
  cron,
  express,
  fastify,
  graphql,
  hono,
  koa,
  nestjs,
  nextSafeAction,
  nextjs,
  orpc,
  socketIo,
  trpc,
  ws,
  zsa,
];
