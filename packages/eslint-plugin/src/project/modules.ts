/**
 * The modules that the model is read from. It begins with the files that declare tables and those that make clients, and
 * every other file is lowered when an import leads there: of a large project, a handful.
 */
import {
  type Module,
  clientNames,
  lowerFile,
  mayDeclareTables,
  unspokenClientNames,
} from "@tenant-audit/core";
import type { Source } from "@tenant-audit/project";
import { compiler } from "../compiler.js";

export class ModelModules extends Map<string, Module> {
  readonly #texts: ReadonlyMap<string, string>;
  readonly #known: ReadonlyMap<string, KnownModule>;
  readonly #unspoken = new Set<string>();

  /** `known` is what an earlier reading lowered: a file whose text is the same is not lowered again. */
  constructor(sources: readonly Source[], known: ReadonlyMap<string, KnownModule>) {
    super();
    this.#texts = new Map(sources.map(({ file, text }) => [file, text]));
    this.#known = known;
  }

  /** The files from which everything else is reached. */
  addBeginning(file: string): void {
    const text = this.#texts.get(file);
    const module = this.get(file);
    if (text === undefined || module === undefined || !makesAnUnspokenClient.test(text)) return;
    for (const one of module.exports)
      if (one.kind === "local" && one.name !== "default") this.#unspoken.add(one.name);
  }

  exportsOfUnspokenClients(): readonly string[] {
    return [...this.#unspoken];
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

/** Tables, a database's type, or a client: what `import { db } from "./db"` leads to has to be known in every other file. */
export function isBeginning(text: string): boolean {
  return mayDeclareTables(text) || makesAClient.test(text);
}

const makesAClient = new RegExp(`\\bnew\\s+(?:\\w+\\.)?(?:${clientNames.join("|")})\\b|\\$extends\\s*\\(`);

const makesAnUnspokenClient = new RegExp(`\\bnew\\s+(?:\\w+\\.)?(?:${unspokenClientNames.join("|")})\\b`);
