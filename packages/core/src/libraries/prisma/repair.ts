/** Where a missing filter would be written: into the `where` that stands in the call, or into the arguments beside it. */
import type { Call, Repair } from "../../trace/library.js";

export function findRepair(call: Call): Repair | null {
  const [args] = call.written;
  if (!args) return { at: call.site.end - 1, template: "{ where: { {column}: {value} } }" };
  if (args.kind !== "object") return null;
  for (const property of args.properties) {
    if (property.kind !== "property" || property.key !== "where") continue;
    return property.value.kind === "object"
      ? { at: property.value.start + 1, template: " {column}: {value}," }
      : null;
  }
  // What is spread in may bring a `where` of its own.
  if (args.properties.some((property) => property.kind === "spread")) return null;
  return { at: args.start + 1, template: " where: { {column}: {value} }," };
}
