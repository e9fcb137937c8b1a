/** What queues, topics, events and tasks are called: by that, those who put something in are found for those who take it out. */
import { optionsOf } from "../trace/choice.js";
import { anything } from "../trace/channel.js";
import type { Value } from "../trace/value.js";

/** `exports`; `exports-*` where only parts of the name are known; `env.EXPORTS_QUEUE` where whoever runs the service names it. */
export function nameIn(value: Value | undefined): string | null {
  if (value?.kind === "literal") return typeof value.value === "string" ? value.value : null;
  const setting = value ? settingIn(value) : null;
  if (setting !== null) return setting;
  if (value?.kind !== "text" || !value.parts.some((part) => typeof part === "string" && part !== ""))
    return null;
  return value.parts.map((part) => (typeof part === "string" ? part : (nameIn(part) ?? anything))).join("");
}

/** `process.env.EXPORTS_QUEUE`, `env.EXPORTS_QUEUE`, `config.EXPORTS_QUEUE`: the same setting is the same queue. */
function settingIn(value: Value): string | null {
  const path =
    value.kind === "external"
      ? value.path
      : value.kind === "symbolic" && value.row === null && !value.id.startsWith("channel:")
        ? value.text.split(".")
        : [];
  const [holder, name] = path.slice(-2);
  if (holder === undefined || name === undefined || !/^[A-Z][A-Z0-9_]{2,}$/.test(name)) return null;
  return `${/env|config|settings|secrets/i.test(holder) ? "env" : holder}.${name}`;
}

/** What it may be called; null stands for a name that is not known. */
export function namesIn(value: Value | undefined): readonly (string | null)[] {
  return value ? [...new Set(optionsOf(value).map(nameIn))] : [null];
}
