/** What the ESLint configuration says to the plugin, read once and believed from there on. */
import path from "node:path";
import { isDate, type Tenancy } from "@tenant-audit/core";

export interface Settings {
  /** Absolute; null to look for the repository that a file is in. */
  readonly root: string | null;
  /** Absolute; null to look for the nearest tenant-audit.config.json. */
  readonly config: string | null;
  /** A model that was made elsewhere. Then no schema is read. */
  readonly tenancy: Tenancy | null;
  /** Whether the whole project around a file is seen, and not that file alone. */
  readonly project: boolean;
  /** Where parsed files are kept: absolute, false for nowhere, null for `node_modules/.cache` below the root. */
  readonly cache: string | false | null;
  /** The day on which exemptions must still hold; null for today. */
  readonly asOf: string | null;
}

export interface RuleOptions {
  readonly config?: string;
}

export const settingsName = "tenant-isolation";

export function settingsFrom(
  shared: Readonly<Record<string, unknown>>,
  options: RuleOptions | undefined,
  workingDirectory: string,
): Settings {
  const written = shared[settingsName];
  const given = typeof written === "object" && written !== null ? (written as Record<string, unknown>) : {};
  const absolute = (value: unknown): string | null =>
    typeof value === "string" && value !== "" ? path.resolve(workingDirectory, value) : null;
  return {
    root: absolute(given["root"]),
    config: absolute(options?.config ?? given["config"]),
    tenancy: isTenancy(given["tenancy"]) ? given["tenancy"] : null,
    project: given["project"] === true,
    cache: given["cache"] === false ? false : absolute(given["cache"]),
    asOf: typeof given["asOf"] === "string" && isDate(given["asOf"]) ? given["asOf"] : null,
  };
}

function isTenancy(value: unknown): value is Tenancy {
  return (
    typeof value === "object" &&
    value !== null &&
    "levels" in value &&
    Array.isArray(value.levels) &&
    "tables" in value &&
    Array.isArray(value.tables)
  );
}
