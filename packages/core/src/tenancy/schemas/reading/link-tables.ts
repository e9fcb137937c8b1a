/** Tables that only connect two others: code has no entity for them. */
import { rawTable, type RawTable } from "../source.js";
import { idColumn, lineOf, type Assembled, type Find, type Mapper } from "./assembled.js";

export function linkTablesOf(
  { entity }: Assembled,
  find: Find,
  { kind, naming, program }: Mapper,
  all: ReadonlyMap<string, Assembled>,
): readonly RawTable[] {
  return entity.relations.flatMap((relation) => {
    const target = relation.link && find(relation.target, entity);
    if (!relation.link || !target) return [];
    if (relation.link.through && find(relation.link.through, entity)) return [];
    const names = naming(entity.file);
    const sides = [entity, target].map((side, index) => {
      const written = index === 0 ? relation.link!.columns : relation.link!.inverseColumns;
      const primary = all.get(side.key)?.columns.filter((column) => column.primary) ?? [];
      const keys = primary.length > 0 ? primary : [idColumn];
      const columns = keys.map((key, at) => ({
        name:
          written[at] ??
          names.linkColumn(side, key, { isInverse: index === 1, isSelf: target === entity, relation }),
        aliases: [],
        nullable: false,
        type: key.type,
        defaulted: false,
      }));
      return { table: side.table, columns, targets: keys.map(({ name }) => name) };
    });
    const columns = sides.flatMap((side) => side.columns);
    return [
      rawTable({
        name: relation.link.table ?? names.linkTable(entity, relation, target),
        source: kind,
        columns,
        primaryKey: columns.map(({ name }) => name),
        foreignKeys: sides.map((side) => ({
          columns: side.columns.map(({ name }) => name),
          table: side.table,
          targets: side.targets,
        })),
        file: entity.file,
        line: lineOf(entity, program),
      }),
    ];
  });
}
