// Faults and their innocent neighbours are in fixtures/queues; here is how tasks and their helpers are recognised.
import { analyzed } from "@tenant-audit/testing";
import { expect, test } from "vitest";

/** `add print unscoped`, for every path of a job. */
function pathsIn(source: string): readonly string[] {
  return analyzed(`
    import { makeWorkerUtils, quickAddJob, run, runOnce, type JobHelpers, type WorkerUtils } from "graphile-worker";
    ${source}`)
    .paths.filter((path) => path.kind !== "query")
    .map((path) => [path.operation, ...path.resources, path.verdict].join(" "));
}

test("jobs are added by whoever has addJob", () => {
  expect(
    pathsIn(`
      export async function add(utils: WorkerUtils, helpers: JobHelpers, invoiceId: string) {
        await quickAddJob({}, "print", { invoiceId });
        await (await makeWorkerUtils({})).addJob("print", { invoiceId });
        await utils.addJobs([{ identifier: "print", payload: { invoiceId } }]);
        const { addJob } = helpers;
        await addJob("print", { invoiceId });
        await ({ addJob: (name: string, payload: object) => [name, payload] }).addJob("print", { invoiceId });
      }
    `),
  ).toEqual(["add print unscoped", "add print unscoped", "add print unscoped", "add print unscoped"]);
});

test("each task of a list is a consumer, and a crontab fills what it names", () => {
  expect(
    pathsIn(`
      const print = async (payload: unknown) => console.log(payload);
      run({
        taskList: { print, sweep: async () => {} },
        crontab: \`
          # every night
          0 3 * * * sweep ?max=1
        \`,
      });
    `),
  ).toEqual(["consume print unclear", "add sweep global", "consume sweep global"]);
});
