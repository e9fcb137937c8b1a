/**
 * Functions that remember what they have answered. By which arguments they do is what tells them apart: many look at the first alone.
 * One that is made where a file is loaded remembers for all who come; one that a function makes for itself is gone with it.
 */
import { callMemo, memoIn, memoOf, type Keyed } from "../../keyed/memo.js";
import { innermostFunctionAt } from "../../link/places.js";
import { isCallback } from "../../trace/choice.js";
import type { Call, LibraryModel, Tracer } from "../../trace/library.js";
import { isUndefined, siteKey, type ExternalValue, type Value } from "../../trace/value.js";

interface Memoizer {
  readonly packages: readonly string[];
  /** Exports that make one. */
  readonly makers: readonly string[];
  /** How many arguments are the key, where nobody says so; null for all. */
  readonly count: number | null;
  /** The option that makes the key, and whether it is given the arguments as a list. `second`: it is the second argument itself. */
  readonly maker?: { readonly option: string; readonly isGivenList: boolean };
}

const memoizers: readonly Memoizer[] = [
  // https://lodash.com/docs/#memoize
  {
    packages: ["lodash", "lodash-es", "lodash.memoize"],
    makers: ["memoize"],
    count: 1,
    maker: { option: "second", isGivenList: false },
  },
  // https://github.com/sindresorhus/memoize, https://github.com/sindresorhus/p-memoize
  {
    packages: ["memoize", "mem", "p-memoize"],
    makers: ["default", "export="],
    count: 1,
    maker: { option: "cacheKey", isGivenList: true },
  },
  // https://github.com/medikoo/memoizee
  {
    packages: ["memoizee"],
    makers: ["default", "export="],
    count: null,
    maker: { option: "normalizer", isGivenList: true },
  },
  // https://github.com/caiogondim/fast-memoize.js
  { packages: ["fast-memoize"], makers: ["default", "export="], count: null },
  // https://github.com/planttheidea/moize
  {
    packages: ["moize", "micro-memoize"],
    makers: ["default", "export=", "moize", "memoize"],
    count: null,
    maker: { option: "transformArgs", isGivenList: true },
  },
];

export const memoizerModels: readonly LibraryModel[] = memoizers.map(modelOf);

function modelOf(memoizer: Memoizer): LibraryModel {
  const { packages } = memoizer;
  const library = packages[0]!;
  return {
    name: library,
    packages,
    signs: packages,
    callExternal(external, call, tracer) {
      const [answers, options] = call.arguments;
      if (!answers || !isCallback(answers) || !isMaker(memoizer, external, call, tracer)) return null;
      if (!isForAll(call, tracer)) return answers;
      const { keyed, parts } = keyOf(memoizer, options, tracer);
      return memoOf(library, { answers, parts, keyed, store: `${library} ${siteKey(call.site)}` });
    },
    callValue(callee, call, tracer) {
      const memo = memoIn(library, callee);
      return memo && callMemo(library, memo, call, tracer);
    },
    // `cached.clear()`
    callMethod: (receiver, _method, call, tracer) =>
      receiver.kind === "library" && memoIn(library, receiver)
        ? tracer.symbolic(call.site, "the memo")
        : null,
  };
}

function isMaker(
  { makers }: Memoizer,
  { package: from, path }: ExternalValue,
  call: Call,
  tracer: Tracer,
): boolean {
  const [first = "default", second] = path;
  // `_.memoize(…)`, `lodash.memoize(…)`
  if (makers.includes(second ?? first)) return true;
  if (second !== undefined || first !== "default") return false;
  if (from === "lodash.memoize") return true;
  // `import memoize from "lodash/memoize"`
  const whole = tracer.moduleOf(call.site.file)?.imports ?? [];
  const parts = whole.flatMap(({ specifier }) => /^lodash(?:-es)?\/(\w+)/.exec(specifier)?.[1] ?? []);
  return from.startsWith("lodash") && parts.length > 0 && parts.every((part) => part === "memoize");
}

function isForAll({ site }: Call, tracer: Tracer): boolean {
  const module = tracer.moduleOf(site.file);
  const isOfInstance = module?.classes.some(({ start, end }) => start <= site.start && site.end <= end);
  return module !== undefined && !isOfInstance && innermostFunctionAt(module, site.start)?.id === 0;
}

function keyOf(
  { count, maker }: Memoizer,
  options: Value | undefined,
  tracer: Tracer,
): { readonly keyed: Keyed; readonly parts: readonly Value[] } {
  const all = { keyed: { kind: "arguments", count }, parts: [] } as const;
  if (!options || isUndefined(options)) return all;
  const made =
    maker?.option === "second" ? options : maker ? tracer.memberOf(options, maker.option) : undefined;
  if (maker && made && !isUndefined(made) && (made.kind !== "unknown" || options.kind !== "object"))
    return { keyed: { kind: "made", isGivenList: maker.isGivenList }, parts: [made] };
  const length =
    options.kind === "object" ? (options.fields.get("length") ?? options.fields.get("maxArgs")) : null;
  if (length?.value.kind === "literal" && typeof length.value.value === "number")
    return { keyed: { kind: "arguments", count: length.value.value }, parts: [] };
  return all;
}
