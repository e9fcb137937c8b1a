/**
 * Files, by Node.js itself (https://nodejs.org/api/fs.html) and by packages that add to it. Most files are nobody's: the configuration, a
 * template, what a build leaves. A call is a path where it reaches what tenants have, and that is for judge to say
 * (docs/decisions/0025-when-a-file-is-an-access-path.md).
 */
import { recordObjects, type ObjectAccess, type Store } from "../../keyed/objects.js";
import { optionsOf } from "../../trace/choice.js";
import type { Call, LibraryModel, Tracer } from "../../trace/library.js";
import { operandOf } from "../../trace/operand.js";
import { isUndefined, unknown, type Value } from "../../trace/value.js";
import { callOnPath } from "./paths.js";

const library = "files";

const store: Store = { library, climbs: "yes", isPerhaps: true };

const paths = new Set(["path", "node:path", "path/posix", "node:path/posix"]);

export const files: LibraryModel = {
  name: library,
  packages: ["fs", "node:fs", "fs/promises", "node:fs/promises", "fs-extra", "graceful-fs", ...paths],
  // Each import of one of them ends so: `"node:fs"`, `"fs/promises"`.
  signs: ["fs", "fs-extra", "graceful-fs"],

  constant: ({ package: name, path }) =>
    paths.has(name) && path.at(-1) === "sep" ? { kind: "literal", value: "/" } : null,

  callExternal(external, call, tracer) {
    const name = external.path.at(-1) ?? "";
    if (paths.has(external.package)) return callOnPath(name, call, tracer);
    const objects = objectsOf(name.replace(/Sync$/, ""), call);
    if (objects === null) return null;
    recordObjects(tracer, store, call.site, objects);
    return reading.has(name.replace(/Sync$/, "")) && isSaidByOperator(call, tracer)
      ? { ...tracer.symbolic(call.site, `${name}()`), origin: "constant" }
      : null;
  },
};

function objectsOf(name: string, { arguments: given }: Call): readonly ObjectAccess[] | null {
  const [key = unknown, second = unknown] = given;
  if (reading.has(name)) return [{ operation: "get", key }];
  if (writing.has(name))
    return [{ operation: "put", key, stores: name === "createWriteStream" ? unknown : second }];
  if (deleting.has(name)) return [{ operation: "delete", key }];
  if (listing.has(name)) return [{ operation: "read", key, reaches: "below" }];
  if (emptying.has(name)) return [{ operation: "delete", key, reaches: "below" }];
  if (!moving.has(name)) return null;
  const isKept = /^c/.test(name);
  return [
    { operation: "put", key: second, stores: unknown },
    { operation: isKept ? "get" : "delete", key },
  ];
}

const reading = new Set(["readFile", "createReadStream", "open", "openAsBlob", "readJson", "readJSON"]);
const writing = new Set([
  ...["writeFile", "appendFile", "createWriteStream", "truncate"],
  ...["outputFile", "writeJson", "writeJSON", "outputJson", "outputJSON"],
]);
const deleting = new Set(["unlink", "rm", "rmdir", "remove"]);
const listing = new Set(["readdir", "opendir"]);
const emptying = new Set(["emptyDir", "emptydir"]);
const moving = new Set(["copyFile", "cp", "copy", "rename", "move"]);

/**
 * A file that whoever runs the program names, in its environment or among its arguments: what stands in it is theirs as well. A
 * file whose name the program knows may be one that it writes itself.
 */
function isSaidByOperator({ arguments: [name] }: Call, tracer: Tracer): boolean {
  if (name === undefined) return false;
  tracer.needsArgument(name);
  const named = optionsOf(name).filter((one) => !isUndefined(one));
  return named.length > 0 && named.every(isOperators);
}

function isOperators(value: Value): boolean {
  return value.kind === "symbolic"
    ? value.origin === "constant" && value.id.startsWith("value:")
    : value.kind === "external" && operandOf(value).origin === "constant";
}
