/**
 * The modules that the model is read from. It begins with the files that declare tables and those that make clients, and
 * every other file is lowered when an import leads there: of a large project, a handful.
 */
import {
  type Module,
  callOfTableMakers,
  clientNames,
  lowerFile,
  mayDeclareTables,
  mayMakeTableMakers,
  unspokenClientNames,
} from "@tenant-audit/core";
import type { Source } from "@tenant-audit/project";
import { compiler } from "../compiler.js";

export class ModelModules extends Map<string, Module> {
  readonly #texts: ReadonlyMap<string, string>;
  readonly #known: ReadonlyMap<string, KnownModule>;

  /** `known` is what an earlier reading lowered: a file whose text is the same is not lowered again. */
  constructor(sources: readonly Source[], known: ReadonlyMap<string, KnownModule>) {
    super();
    this.#texts = new Map(sources.map(({ file, text }) => [file, text]));
    this.#known = known;
  }

  /** What those of the lowered files export whose text is such. */
  exportsOf(isSuch: (text: string) => boolean): readonly string[] {
    const names = new Set<string>();
    for (const [file, { exports }] of this) {
      if (!isSuch(this.#texts.get(file) ?? "")) continue;
      for (const one of exports) if (one.kind === "local" && one.name !== "default") names.add(one.name);
    }
    return [...names];
  }

  lowered(): ReadonlyMap<string, KnownModule> {
    return new Map([...this].map(([file, module]) => [file, { text: this.#texts.get(file) ?? "", module }]));
  }

  override has(file: string): boolean {
    return this.get(file) !== undefined;
  }

  override get(file: string): Module | undefined {
    const present = super.get(file);
    if (present !== undefined) return present;
    const text = this.#texts.get(file);
    if (text === undefined) return undefined;
    const known = this.#known.get(file);
    const module = known?.text === text ? known.module : lowerFile(compiler(), file, text).module;
    this.set(file, module);
    return module;
  }
}

export interface KnownModule {
  readonly text: string;
  readonly module: Module;
}

/** Of files that `isBeginning` knows; made from `modules`, into which those files are lowered. */
export function lowerBeginnings(
  modules: ModelModules,
  sources: readonly Source[],
): { readonly isBeginning: (text: string) => boolean } {
  const lower = (isOne: (text: string) => boolean): void => {
    for (const { file, text } of sources) if (isOne(text)) modules.get(file);
  };
  lower(showsSigns);
  const callsTableMaker = callOfTableMakers(modules.exportsOf(mayMakeTableMakers));
  lower(callsTableMaker);
  return { isBeginning: (text) => showsSigns(text) || callsTableMaker(text) };
}

/** Tables, a database's type, or a client: what `import { db } from "./db"` leads to has to be known in every other file. */
function showsSigns(text: string): boolean {
  return mayDeclareTables(text) || makesAClient.test(text);
}

export function makesAnUnspokenClient(text: string): boolean {
  return newUnspokenClient.test(text);
}

/** Or puts something into one that is there: what that adds holds wherever the client goes. */
const makesAClient = new RegExp(
  `\\bnew\\s+(?:\\w+\\.)?(?:${clientNames.join("|")})\\b|\\bMikroORM\\.init\\b|(?:\\$extends|\\.withPlugin|\\.addFilter)\\s*\\(`,
);

const newUnspokenClient = new RegExp(`\\bnew\\s+(?:\\w+\\.)?(?:${unspokenClientNames.join("|")})\\b`);
