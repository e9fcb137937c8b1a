/**
 * Queries that stand in other queries: what a callback builds, as the builder that it is given first and as `this`, or what is
 * handed over whole.
 */
import type { FunctionValue, QueryValue, Value } from "../../trace/value.js";
import { dataOf, emptyQuery, type Reader } from "./values.js";

/** What a callback makes of a builder. */
export function builtBy(reader: Reader, callback: FunctionValue): QueryValue {
  const { tracer, commonTables } = reader;
  const fn = tracer.moduleOf(callback.file)?.functions[callback.function];
  const site = { file: callback.file, start: fn?.start ?? 0, end: fn?.end ?? 0 };
  const builder: QueryValue = { ...emptyQuery(site, commonTables), isPart: true };
  // An arrow function has the `this` of whoever wrote it.
  tracer.run(fn?.kind === "arrow" ? callback : { ...callback, self: builder }, [builder]);
  return tracer.latest(builder);
}

/** Null for what is no query. */
export function queryIn(reader: Reader, value: Value | undefined): QueryValue | null {
  switch (value?.kind) {
    case "query":
      return reader.tracer.latest(value);
    case "function":
      return builtBy(reader, value);
    case "choice":
      for (const option of value.options) {
        const query = queryIn(reader, option);
        if (query) return query;
      }
      return null;
    default:
      return null;
  }
}

/** Or one of several that are. */
export function isSql(value: Value | undefined): boolean {
  const type = value && dataOf(value)?.type;
  return type === "raw" || type === "ref" || (value?.kind === "choice" && value.options.some(isSql));
}
