/** What runs at certain times: node-cron, cron, node-schedule. Nobody outside sets it off. */
import type { LibraryModel, Tracer } from "../../trace/library.js";
import type { Site, Value } from "../../trace/value.js";

export const cron: LibraryModel = {
  name: "cron",
  packages: ["node-cron", "cron", "node-schedule"],

  construct(external, { arguments: [time, run], site }, tracer) {
    if (external.package === "cron" && external.path.at(-1) === "CronJob") enter(time, run, site, tracer);
    return null;
  },

  callExternal(external, { arguments: args, site }, tracer) {
    const [first, second] = args;
    switch (`${external.package} ${external.path.filter((name) => name !== "default").join(".")}`) {
      case "node-cron schedule":
      case "node-cron createTask":
        enter(first, second, site, tracer);
        return null;
      case "cron CronJob.from":
        if (first) enter(tracer.memberOf(first, "cronTime"), tracer.memberOf(first, "onTick"), site, tracer);
        return null;
      case "node-schedule scheduleJob":
        // A job may be called something first.
        enter(args.at(-2), args.at(-1), site, tracer);
        return null;
      default:
        return null;
    }
  },
};

function enter(time: Value | undefined, run: Value | undefined, site: Site, tracer: Tracer): void {
  if (run?.kind !== "function") return;
  const when = time?.kind === "literal" && typeof time.value === "string" ? ` ${time.value}` : "";
  tracer.enter({
    name: `cron${when}`,
    kind: "cron",
    framework: "cron",
    site,
    handler: run,
    parameters: [],
    before: () => [],
    isDetached: false,
  });
  tracer.escape(run, site);
}
