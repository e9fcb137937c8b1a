/**
 * What follows when some formulas hold: which columns are equal, what they are equal to, which places hold a row, and
 * which disjunctions remain to be decided.
 */
import type { Any, Choice, Formula, Place, PlacedColumn, Row, Scope } from "./formula.js";
import type { Known as KnownHere, Operand } from "./predicate.js";

export interface Known {
  /** The formulas cannot hold together: no row is reached. */
  readonly isImpossible: boolean;
  /** What is known on the way that the program has come. */
  readonly conditions: readonly KnownHere[];
  /** Disjunctions of which no term is known to hold. */
  readonly open: readonly (Any | Choice)[];
  /** The columns equal to this one, itself among them, and what they are bound to. */
  groupOf(column: PlacedColumn): Group;
}

export interface Group {
  readonly columns: readonly PlacedColumn[];
  /** Each list restricts the columns by itself. */
  readonly operands: readonly (readonly Operand[])[];
  readonly isNull: boolean;
}

/** Also where something is known of the way there. */
function readsNothing(formula: Formula): boolean {
  return formula.kind === "nothing" || (formula.kind === "all" && formula.terms.some(readsNothing));
}

/** `isConjoined`: take all terms of this choice to hold, not one of them. */
export function whatFollows(given: readonly Formula[], isConjoined: (choice: Choice) => boolean): Known {
  const equalities = new Equalities();
  const presence = new Presence();
  const holding = new Set<Formula>();
  const disjunctions: (Any | Choice)[] = [];
  const conditions: KnownHere[] = [];
  let isImpossible = false;

  const pending = given.toReversed();
  do {
    for (let formula = pending.pop(); formula !== undefined; formula = pending.pop()) {
      if (holding.has(formula)) continue;
      holding.add(formula);
      switch (formula.kind) {
        case "all":
          pending.push(...formula.terms.toReversed());
          break;
        case "choice":
          // An arm that reads nothing (`return []`) would make every other arm impossible.
          if (isConjoined(formula))
            pending.push(...formula.terms.filter((term) => !readsNothing(term)).toReversed());
          else disjunctions.push(formula);
          break;
        case "any":
          if (formula.terms.length === 1) pending.push(formula.terms[0]!);
          else disjunctions.push(formula);
          break;
        case "row":
          pending.push(formula.scope.where);
          presence.addRow(formula.scope);
          equalities.addOutputs(formula);
          break;
        case "bound":
          equalities.bind(formula.column, formula.operands, formula.exactly);
          presence.add(formula.column.place);
          break;
        case "null":
          equalities.bindNull(formula.column);
          break;
        case "same":
          equalities.join(formula.left, formula.right);
          presence.add(formula.left.place);
          presence.add(formula.right.place);
          break;
        case "present":
          presence.add(formula.place);
          break;
        case "prefix":
          presence.addPrefix(formula.scope, formula.index);
          break;
        case "nothing":
          isImpossible = true;
          break;
        case "given":
          conditions.push(formula.known);
          break;
      }
    }
    for (const column of equalities.columnsWithValue()) presence.add(column.place);
    pending.push(...presence.formulas().filter((formula) => !holding.has(formula)));
  } while (pending.length > 0);

  const open = disjunctions.filter((disjunction) => !disjunction.terms.some((term) => holding.has(term)));
  return { isImpossible, conditions, open, groupOf: (column) => equalities.groupOf(column) };
}

interface MutableGroup extends Group {
  readonly columns: PlacedColumn[];
  readonly operands: (readonly Operand[])[];
  isNull: boolean;
  /** Some equality with it is TRUE, so the columns are not NULL. */
  hasValue: boolean;
}

/** Columns equal to each other; merging always moves the smaller group into the larger one. */
class Equalities {
  readonly #groups = new Map<PlacedColumn, MutableGroup>();
  readonly #byValue = new Map<string, PlacedColumn>();

  groupOf(column: PlacedColumn): MutableGroup {
    let group = this.#groups.get(column);
    if (group === undefined) {
      group = { columns: [column], operands: [], isNull: false, hasValue: false };
      this.#groups.set(column, group);
    }
    return group;
  }

  columnsWithValue(): readonly PlacedColumn[] {
    return [...new Set(this.#groups.values())]
      .filter((group) => group.hasValue)
      .flatMap((group) => group.columns);
  }

  join(left: PlacedColumn, right: PlacedColumn): void {
    this.#identify(left, right).hasValue = true;
  }

  bind(column: PlacedColumn, operands: readonly Operand[], exactly: boolean): void {
    const group = this.groupOf(column);
    group.hasValue = true;
    // Two columns that equal one value equal each other.
    const value = operands[0]!.value;
    const other = exactly ? this.#byValue.get(value) : undefined;
    if (other !== undefined) {
      this.join(column, other);
    } else {
      group.operands.push(operands);
      if (exactly) this.#byValue.set(value, column);
    }
  }

  bindNull(column: PlacedColumn): void {
    this.groupOf(column).isNull = true;
  }

  /** An output column is the column behind it, NULL or not. */
  addOutputs(row: Row): void {
    for (const column of row.as?.columns.values() ?? []) {
      const source = column.sources.get(row.scope);
      if (source !== undefined) this.#identify(column, source);
    }
  }

  #identify(left: PlacedColumn, right: PlacedColumn): MutableGroup {
    const [a, b] = [this.groupOf(left), this.groupOf(right)];
    if (a === b) return a;
    const [large, small] = a.columns.length >= b.columns.length ? [a, b] : [b, a];
    large.columns.push(...small.columns);
    large.operands.push(...small.operands);
    large.isNull ||= small.isNull;
    large.hasValue ||= small.hasValue;
    for (const column of small.columns) this.#groups.set(column, large);
    return large;
  }
}

/**
 * Which places hold a row, and which ON conditions are therefore TRUE. Joins associate to the left, so the places up to
 * an index are the left side of the join behind it, and an outer join fills that side with NULLs as a whole:
 *
 * - `left join b on c`: c is TRUE where b holds a row;
 * - `right join b on c`: c is TRUE where the left side holds a row;
 * - `full join b on c`: c is TRUE where both do;
 * - `inner join b on c`: c is TRUE unless a later join has filled the whole side with NULLs.
 *
 * An equality with a column of b that is TRUE shows that b holds a row. So `a left join b on a.id = b.a_id where b.x = ?` is
 * an inner join, as it is in SQL.
 */
class Presence {
  readonly #present = new Set<Place>();
  /** The smallest index up to which some place is known to hold a row. */
  readonly #prefixes = new Map<Scope, number>();

  add(place: Place): void {
    this.#present.add(place);
    this.addPrefix(place.scope, place.index);
  }

  addPrefix(scope: Scope, index: number): void {
    if (index >= 0) this.#prefixes.set(scope, Math.min(index, this.#prefixes.get(scope) ?? index));
  }

  addRow(scope: Scope): void {
    this.addPrefix(scope, scope.places.length - 1);
  }

  /** What holds because of the places that hold a row. */
  formulas(): readonly Formula[] {
    const formulas: Formula[] = [];
    for (const scope of this.#prefixes.keys()) {
      this.#spread(scope);
      for (const place of scope.places) if (this.#isOnTrue(place)) formulas.push(place.on);
    }
    for (const place of this.#present) {
      if (place.rows !== null) formulas.push(place.rows);
    }
    return formulas;
  }

  /** From right to left, since what holds up to an index says something about the places before it. */
  #spread(scope: Scope): void {
    for (const place of scope.places.toReversed()) {
      if (!this.#hasPrefix(scope, place.index)) continue;
      const { join } = place.resource;
      if (place.index === 0 || join === "inner" || join === "cross" || join === "from" || join === "right") {
        this.#present.add(place);
      }
      if (join === "inner" || join === "cross" || join === "from" || join === "left") {
        this.addPrefix(scope, place.index - 1);
      }
    }
  }

  #isOnTrue(place: Place): boolean {
    const { scope, index } = place;
    switch (place.resource.join) {
      case "left":
        return this.#present.has(place);
      case "right":
        return this.#hasPrefix(scope, index - 1);
      case "full":
        return this.#present.has(place) && this.#hasPrefix(scope, index - 1);
      default:
        return this.#hasPrefix(scope, index);
    }
  }

  #hasPrefix(scope: Scope, index: number): boolean {
    return (this.#prefixes.get(scope) ?? Infinity) <= index;
  }
}
