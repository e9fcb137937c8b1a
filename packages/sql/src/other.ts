/** The grammar of Apache DataFusion, `sqlparser-rs`, for the dialects that are not PostgreSQL's. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import type { OtherResult, SqlParser } from "@tenant-audit/core";
import { isDeeplyBracketed, isTooLarge, tooMuch } from "./limits.js";

type OtherDialect = Parameters<SqlParser["other"]>[1];

/** What is used of the exports that wasm-bindgen makes. Texts go in and come out as a pointer and a length. */
interface OtherGrammar {
  readonly memory: WebAssembly.Memory;
  readonly __wbindgen_externrefs: WebAssembly.Table;
  __wbindgen_start(): void;
  __wbindgen_malloc(size: number, alignment: number): number;
  __wbindgen_free(pointer: number, size: number, alignment: number): void;
  __externref_table_dealloc(index: number): void;
  /** Text and its length, then the error (an index into the table of references) and whether there is one. */
  parse_sql_to_json_string(
    dialect: number,
    dialectLength: number,
    text: number,
    textLength: number,
  ): [number, number, number, number];
}

let compiled: WebAssembly.Module | undefined;
let grammar: OtherGrammar | undefined;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function parseOther(text: string, dialect: OtherDialect): OtherResult {
  if (isTooLarge(text) || isDeeplyBracketed(text)) return { ok: false, message: tooMuch, line: null };
  grammar ??= load();
  try {
    return parse(grammar, text, dialect);
  } catch {
    // A panic or an exhausted stack leaves the instance in an unknown state: the next text gets a new one.
    grammar = undefined;
    return { ok: false, message: tooMuch, line: null };
  }
}

function parse(grammar: OtherGrammar, text: string, dialect: OtherDialect): OtherResult {
  const [pointer, length, error, failed] = grammar.parse_sql_to_json_string(
    ...passed(grammar, dialect),
    ...passed(grammar, text),
  );
  if (failed !== 0) return refusal(grammar, error);
  const statements = JSON.parse(textAt(grammar, pointer, length)) as Readonly<Record<string, unknown>>[];
  grammar.__wbindgen_free(pointer, length, 1);
  return { ok: true, statements };
}

/** `sql parser error: Expected: …, found: … at Line: 3, Column: 14` */
function refusal(grammar: OtherGrammar, index: number): OtherResult {
  const reason: unknown = grammar.__wbindgen_externrefs.get(index);
  grammar.__externref_table_dealloc(index);
  const whole = reason instanceof Error ? reason.message : String(reason);
  const place = / at Line: (\d+), Column: \d+$/.exec(whole);
  const message = whole.slice(0, place?.index).replace(/^.*?sql parser error: /is, "");
  return { ok: false, message, line: place === null ? null : Number(place[1]) };
}

function passed(grammar: OtherGrammar, text: string): [pointer: number, length: number] {
  const bytes = encoder.encode(text);
  const pointer = grammar.__wbindgen_malloc(bytes.length, 1) >>> 0;
  new Uint8Array(grammar.memory.buffer).set(bytes, pointer);
  return [pointer, bytes.length];
}

function textAt(grammar: OtherGrammar, pointer: number, length: number): string {
  return decoder.decode(new Uint8Array(grammar.memory.buffer, pointer >>> 0, length));
}

/**
 * The package offers an asynchronous start only. Text in and text out needs three of the functions that wasm-bindgen
 * would hand over, so they are written here; all others belong to calls that are never made.
 */
function load(): OtherGrammar {
  const folder = path.join(
    path.dirname(createRequire(import.meta.url).resolve("@guanmingchiu/sqlparser-ts")),
    "../wasm",
  );
  compiled ??= new WebAssembly.Module(readFileSync(path.join(folder, "sqlparser_rs_wasm_bg.wasm")));

  const needed: Readonly<Record<string, (pointer: number, length: number) => unknown>> = {
    // References to JavaScript's values live in a table, of which the first four after its start are the constants.
    __wbindgen_init_externref_table() {
      const table = started().__wbindgen_externrefs;
      const offset = table.grow(4);
      table.set(0, undefined);
      [undefined, null, true, false].forEach((constant, place) => table.set(offset + place, constant));
    },
    __wbg_Error: (pointer, length) => new Error(textAt(started(), pointer, length)),
    __wbindgen_cast: (pointer, length) => textAt(started(), pointer, length),
  };
  const imports: Record<string, Record<string, WebAssembly.ImportValue>> = {};
  for (const { module, name } of WebAssembly.Module.imports(compiled)) {
    (imports[module] ??= {})[name] = needed[withoutHash(name)] ?? refuse;
  }
  const instance = new WebAssembly.Instance(compiled, imports);
  const started = () => instance.exports as unknown as OtherGrammar;
  started().__wbindgen_start();
  return started();
}

/** wasm-bindgen appends a hash of 16 digits to the names of most of its functions. */
function withoutHash(name: string): string {
  return name.replace(/_[0-9a-f]{16}$/, "");
}

function refuse(): never {
  throw new Error("The grammar panicked.");
}
