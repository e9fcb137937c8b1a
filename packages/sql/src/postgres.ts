/** PostgreSQL's own grammar, as `libpg_query` compiles it to WebAssembly. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import type { PostgresResult } from "@tenant-audit/core";
import { hasEndlessOperator, isTooLarge, tooMuch } from "./limits.js";
import { byteOffset } from "./offsets.js";

/** What is used of the module that Emscripten makes. */
interface PostgresGrammar {
  lengthBytesUTF8(text: string): number;
  stringToUTF8(text: string, pointer: number, size: number): void;
  UTF8ToString(pointer: number): string;
  getValue(pointer: number, type: "i32"): number;
  _malloc(size: number): number;
  _free(pointer: number): void;
  _wasm_parse_query_raw(text: number): number;
  _wasm_free_parse_result(result: number): void;
}

interface ParseTree {
  readonly stmts?: readonly {
    readonly stmt?: Readonly<Record<string, unknown>>;
    readonly stmt_location?: number;
    readonly stmt_len?: number;
  }[];
}

let compiled: WebAssembly.Module | undefined;
let grammar: PostgresGrammar | undefined;

export function parsePostgres(text: string): PostgresResult {
  // The grammar takes a C string: what stands behind a NUL would be left out without a word.
  const nul = text.indexOf("\0");
  if (nul >= 0) return { ok: false, message: "it holds a NUL character", offset: byteOffset(text, nul) };
  if (isTooLarge(text) || hasEndlessOperator(text)) return { ok: false, message: tooMuch, offset: 0 };
  grammar ??= load();
  try {
    return parse(grammar, text);
  } catch {
    // A trap or an exhausted stack leaves the instance's memory in an unknown state: the next text gets a new one.
    grammar = undefined;
    return { ok: false, message: tooMuch, offset: 0 };
  }
}

function parse(grammar: PostgresGrammar, text: string): PostgresResult {
  const size = grammar.lengthBytesUTF8(text) + 1;
  const pointer = grammar._malloc(size);
  if (pointer === 0) throw new Error("out of memory");
  grammar.stringToUTF8(text, pointer, size);
  const result = grammar._wasm_parse_query_raw(pointer);
  const read = resultAt(grammar, result, text);
  grammar._free(pointer);
  grammar._wasm_free_parse_result(result);
  return read;
}

/** The result is a C struct: the tree as JSON, what was printed, and the error (message, function, file, line, position). */
function resultAt(grammar: PostgresGrammar, result: number, text: string): PostgresResult {
  const error = grammar.getValue(result + 8, "i32");
  if (error !== 0) {
    const message = grammar.UTF8ToString(grammar.getValue(error, "i32"));
    const position = Math.max(grammar.getValue(error + 16, "i32") - 1, 0);
    return { ok: false, message, offset: byteOffset(text, indexOfCharacter(text, position)) };
  }
  const tree = JSON.parse(grammar.UTF8ToString(grammar.getValue(result, "i32"))) as ParseTree;
  const statements = (tree.stmts ?? []).map(({ stmt, stmt_location, stmt_len }) => ({
    node: stmt ?? {},
    offset: stmt_location ?? 0,
    length: stmt_len ?? null,
  }));
  return { ok: true, statements };
}

/** PostgreSQL counts an error's position in characters, where JavaScript counts the two halves of an emoji. */
function indexOfCharacter(text: string, position: number): number {
  let index = 0;
  for (let passed = 0; passed < position && index < text.length; passed++) {
    index += (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1;
  }
  return index;
}

function load(): PostgresGrammar {
  const require = createRequire(import.meta.url);
  const folder = path.dirname(require.resolve("libpg-query"));
  const factory = require(path.join(folder, "libpg-query.js")) as (options: object) => Promise<unknown>;
  compiled ??= new WebAssembly.Module(readFileSync(path.join(folder, "libpg-query.wasm")));
  const module = compiled;

  // The factory is asynchronous only because a browser fetches: handed an instance, it fills `options` with all
  // functions before its first `await`. What it does after that (files, a terminal, C++ constructors) the grammar
  // has no need of, and it would run when the grammar is already in use: `preRun` is its first step, and ends it.
  const options = {
    instantiateWasm(imports: WebAssembly.Imports, received: (instance: WebAssembly.Instance) => void) {
      received(new WebAssembly.Instance(module, imports));
    },
    preRun() {
      throw new Error("The grammar runs without the rest.");
    },
    print: silent,
    printErr: silent,
  };
  factory(options).catch(silent);
  return options as unknown as PostgresGrammar;
}

function silent(): void {}
