import { expect, test } from "vitest";
import { entered } from "../testing/entered.js";

test("what runs at certain times comes from inside", () => {
  const entries = entered(`
    import cron from "node-cron";
    import * as schedule from "node-schedule";
    import { CronJob } from "cron";
    async function sweep() {}
    cron.schedule("0 0 * * *", sweep);
    schedule.scheduleJob("monthly", "0 0 1 * *", function bill() {});
    new CronJob("0 1 * * *", () => sweep());
    CronJob.from({ cronTime: "0 2 * * *", onTick: async function remind() {} });`);
  expect(entries.map(({ kind, name, handler }) => `${kind} ${name} -> ${handler}`)).toEqual([
    "cron cron 0 0 * * * -> sweep",
    "cron cron 0 0 1 * * -> bill",
    "cron cron 0 1 * * * -> () => sweep()",
    "cron cron 0 2 * * * -> remind",
  ]);
});

test("somebody else's schedule is none", () => {
  expect(
    entered(`
      import cron from "./cron.js";
      import { validate } from "node-cron";
      cron.schedule("0 0 * * *", () => {});
      validate("0 0 * * *");
      setInterval(() => {}, 1000);`),
  ).toEqual([]);
});
