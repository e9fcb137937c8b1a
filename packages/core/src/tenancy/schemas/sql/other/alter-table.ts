/** `ALTER TABLE`, operation by operation: the grammar refuses all of them for one that it does not know. */
import type { SchemaChange, TableName } from "../../../catalog/changes.js";
import { behindHead, nothing, parsed, tableNameAt, type Grammar, type ReadStatement } from "./grammar.js";
import { reducedOperations, typeText, withoutCluster } from "./reduce.js";
import { operationChanges } from "./operations.js";
import { nameOf, partsOf, word, type Token } from "./tokens.js";
import { listIn } from "../../../../sql/other-tree.js";

export function readAlterTable(grammar: Grammar, written: readonly Token[]): ReadStatement {
  const statement = withoutCluster(written);
  const named = tableNameAt(statement, behindHead(statement, "TABLE"));
  if (!named) return { changes: [], failure: { reason: "it names no table", kind: "syntax" } };
  const head = [word("ALTER"), word("TABLE"), ...statement.slice(behindHead(statement, "TABLE"), named.end)];
  const read = partsOf(statement.slice(named.end)).map((operation) =>
    readOperation(grammar, head, named.table, operation),
  );
  return {
    changes: read.flatMap(({ changes }) => changes),
    failure: read.find(({ failure }) => failure)?.failure ?? null,
  };
}

function readOperation(
  grammar: Grammar,
  head: readonly Token[],
  table: TableName,
  operation: readonly Token[],
): ReadStatement {
  const line = operation[0]!.line;
  const renamed = renamedIndex(operation, table, line);
  if (renamed) return { changes: [renamed], failure: null };
  const read = reducedOperations(operation, grammar.dialect).map((reduced) =>
    parsed(grammar, [[...head, ...reduced]], ({ kind, content }) =>
      kind === "AlterTable"
        ? listIn(content, "operations").flatMap((one) =>
            operationChanges(one, table, line, grammar.dialect, (column) => typeText(operation, column)),
          )
        : null,
    ),
  );
  if (read.length === 0) return nothing;
  const ifNotExists = operation.some(({ key }, at) => key === "IF" && operation[at + 1]?.key === "NOT");
  return {
    changes: read
      .flatMap(({ changes }) => changes)
      .map((change) => (change.kind === "add-column" && ifNotExists ? { ...change, ifNotExists } : change)),
    failure: read.find(({ failure }) => failure)?.failure ?? null,
  };
}

/** `RENAME INDEX a TO b`, which the grammar does not know. */
function renamedIndex(operation: readonly Token[], table: TableName, line: number): SchemaChange | null {
  const [rename, index, name, to, next] = operation;
  if (rename?.key !== "RENAME" || !/^(INDEX|KEY)$/.test(index?.key ?? "") || to?.key !== "TO") return null;
  return name && next
    ? { kind: "rename-constraint", line, table, name: nameOf(name), to: nameOf(next) }
    : null;
}
