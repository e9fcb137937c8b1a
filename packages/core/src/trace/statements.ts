/** Statements in the order they run, keeping what holds at each point. */
import type { Expression, Pattern, Statement, VariableDeclaration } from "../lower/module.js";
import { conditionText } from "../lower/visit.js";
import { assign, bind } from "./assignment.js";
import { asChanged } from "./changing.js";
import { evaluate } from "./evaluate.js";
import {
  cutShort,
  moduleOf,
  noteBlockEnd,
  restore,
  snapshot,
  visitRuledOut,
  type Machine,
  type Snapshot,
} from "./machine.js";
import { addFacts, assume, compared } from "./assume.js";
import { beyond, noFacts, ofElements } from "./facts.js";
import { literalKey } from "./literals.js";
import { elementOf } from "./members.js";
import { mostNames, namesOf } from "./objects.js";
import { evaluateTest, isPromise } from "./operators.js";
import { moduleValue } from "./modules.js";
import { narrow, truthOf } from "./narrow.js";
import { join } from "./state.js";
import {
  setValue,
  siteOf,
  undefinedValue,
  unknown,
  type Frame,
  type FunctionValue,
  type Returned,
  type Value,
} from "./value.js";

/** Whether a statement lets the next one run. */
type Completion = "normal" | "leaves";

export function walkStatements(machine: Machine, frame: Frame, statements: readonly Statement[]): Completion {
  for (const statement of statements) {
    // A module's own functions are found by name, and need no place in its frame.
    if (statement.kind === "function" && frame.parent !== null) {
      setValue(frame, statement.binding, hoisted(machine, frame, statement.function));
    }
  }
  for (const [index, statement] of statements.entries()) {
    machine.budget -= 1;
    // Calls are no longer followed to their end. The function at hand is: its own statements are finite.
    if (machine.budget < 0 && machine.stack.length > 1) {
      cutShort(machine);
      return "leaves";
    }
    if (walkStatement(machine, frame, statement) === "leaves") {
      walkRuledOut(machine, frame, statements.slice(index + 1));
      return "leaves";
    }
  }
  return "normal";
}

/**
 * The statements of a block. What is known where it ends, of what was accessed in it, is worth writing down: behind it, ways
 * meet that know nothing of it.
 */
function walkBlock(machine: Machine, frame: Frame, statements: readonly Statement[]): Completion {
  const met = machine.accesses.length;
  const completion = walkStatements(machine, frame, statements);
  const [first, last] = [statements[0], statements.at(-1)];
  if (completion === "normal" && first && last && machine.accesses.length > met)
    noteBlockEnd(machine, { start: first.start, end: last.end, facts: machine.facts });
  return completion;
}

function walkRuledOut(machine: Machine, frame: Frame, statements: readonly Statement[]): void {
  const [first] = statements;
  if (first)
    visitRuledOut(machine, frame, first.start, () => void walkStatements(machine, frame, statements));
}

function hoisted(machine: Machine, frame: Frame, id: number): FunctionValue {
  const value: FunctionValue = {
    kind: "function",
    file: frame.file,
    function: id,
    closure: frame,
    self: null,
  };
  machine.pending.push({ value, facts: machine.facts });
  return value;
}

function walkStatement(machine: Machine, frame: Frame, statement: Statement): Completion {
  switch (statement.kind) {
    case "expression":
      return evaluateAndDrop(machine, frame, statement.expression) && !isNever(statement)
        ? "normal"
        : "leaves";
    case "variables":
      for (const declaration of statement.declarations) {
        if (frame.function === 0 && frame.parent === null) {
          walkModuleVariable(machine, frame, declaration);
          continue;
        }
        const value = declaration.initializer
          ? evaluate(machine, frame, declaration.initializer)
          : undefinedValue;
        const named =
          declaration.pattern.kind === "binding" && declaration.type
            ? machine.typed(value, frame.file, declaration.type, declaration)
            : value;
        bind(
          machine,
          frame,
          declaration.pattern,
          declaration.initializer ? named : named.kind === "library" ? named : value,
        );
      }
      return "normal";
    case "function":
      return "normal";
    case "class":
      return "normal";
    case "return": {
      const value = statement.argument
        ? returned(machine, frame, checked(machine, evaluate(machine, frame, statement.argument)), statement)
        : undefinedValue;
      frame.returns.push({ ...returning(machine, value), end: statement.end });
      return "leaves";
    }
    case "throw":
      evaluateAndDrop(machine, frame, statement.argument);
      return "leaves";
    case "if":
      return walkIf(machine, frame, statement);
    case "loop":
      return walkLoop(machine, frame, statement);
    case "switch":
      return walkSwitch(machine, frame, statement);
    case "try":
      return walkTry(machine, frame, statement);
    case "block":
    case "labeled":
      return walkStatements(machine, frame, statement.body);
    case "break":
    case "continue":
      return "leaves";
    case "unknown":
      for (const child of statement.children) evaluateAndDrop(machine, frame, child);
      return "normal";
  }
}

/** What an asynchronous function returns is awaited there, whoever calls it. */
function returned(machine: Machine, frame: Frame, value: Value, statement: Statement): Value {
  const fn = moduleOf(machine, frame.file).functions[frame.function];
  return fn?.async && !fn.generator ? machine.settle(value, siteOf(frame, statement)) : value;
}

function returning(machine: Machine, value: Value): Omit<Returned, "end"> {
  const { frame: builders } = machine.builders;
  builders.isShared = true;
  return { value: asChanged(machine.builders, value), facts: machine.facts, builders: builders.values };
}

/** What was checked of a value before it is returned holds for whoever gets it. */
function checked(machine: Machine, value: Value): Value {
  if (value.kind !== "symbolic") return value;
  const prefix = `${value.id}.`;
  const present = [...machine.narrowed].flatMap((id) =>
    id.startsWith(prefix) ? [id.slice(prefix.length)] : [],
  );
  return present.length > 0 ? { ...value, present: [...(value.present ?? []), ...present] } : value;
}

/** `process.exit()` does not come back. */
function isNever(statement: Statement & { kind: "expression" }): boolean {
  const call = statement.expression;
  return (
    call.kind === "call" &&
    call.callee.kind === "member" &&
    call.callee.property === "exit" &&
    call.callee.object.kind === "name" &&
    call.callee.object.name === "process" &&
    call.callee.object.binding === null
  );
}

/** A value that stands alone on its line: a query that nobody awaits is as far as it got. Says whether it comes back. */
function evaluateAndDrop(machine: Machine, frame: Frame, expression: Expression): boolean {
  const { facts } = machine;
  const value = evaluate(machine, frame, expression);
  // Nobody waits for what it finds out.
  const dropped =
    expression.kind === "unary" && expression.operator === "void" ? expression.operand : expression;
  const isDropped = isPromise(machine, frame.file, dropped);
  if (isDropped) machine.facts = facts;
  return isDropped || !(value.kind === "unknown" && value.isNever === true);
}

function walkModuleVariable(machine: Machine, frame: Frame, declaration: VariableDeclaration): void {
  // Module-level names are evaluated once, by whoever needs them first; asking for one evaluates the initialiser here.
  const names: number[] = [];
  const collect = (pattern: Pattern): void => {
    if (pattern.kind === "binding") names.push(pattern.binding);
    else if (pattern.kind === "default") collect(pattern.pattern);
    else if (pattern.kind === "object") {
      pattern.properties.forEach((property) => collect(property.value));
      if (pattern.rest) collect(pattern.rest);
    } else if (pattern.kind === "array") {
      pattern.elements.forEach((element) => element && collect(element));
      if (pattern.rest) collect(pattern.rest);
    }
  };
  collect(declaration.pattern);
  const [first] = names;
  if (first !== undefined && moduleOf(machine, frame.file).bindings[first]!.scope === 0)
    moduleValue(machine, frame.file, first);
  else if (declaration.initializer)
    bind(machine, frame, declaration.pattern, evaluate(machine, frame, declaration.initializer));
}

function walkIf(machine: Machine, frame: Frame, statement: Statement & { kind: "if" }): Completion {
  const tested = evaluateTest(machine, frame, statement.test);
  const truth = truthOf(machine, tested);
  const before = snapshot(machine, frame);
  const states: Snapshot[] = [];
  const arm = (outcome: boolean, body: readonly Statement[]): void => {
    restore(machine, before);
    narrow(machine, frame, statement.test, outcome);
    assume(machine, tested, outcome);
    if (walkBlock(machine, frame, body) === "leaves") return;
    states.push(snapshot(machine, frame));
  };
  if (truth !== null) walkRuledOut(machine, frame, truth ? (statement.else ?? []) : statement.then);
  if (truth !== false) arm(true, statement.then);
  if (truth !== true) arm(false, statement.else ?? []);
  if (states.length === 0) return "leaves";
  join(machine, states, conditionText(statement.test));
  return "normal";
}

function walkLoop(machine: Machine, frame: Frame, statement: Statement & { kind: "loop" }): Completion {
  if (statement.initializer) walkStatement(machine, frame, statement.initializer);
  const iterated = statement.right ? evaluate(machine, frame, statement.right) : null;
  if (iterated && statement.left && setsByKey(statement.body)) {
    const keys = keysOf(machine, statement.loop, iterated);
    if (keys) return walkRounds(machine, frame, statement, keys);
    // Which keys those are, whoever calls may know.
    const walking = machine.stack.at(-1);
    if (walking !== undefined) machine.needsArguments.add(walking);
  }
  const tested = statement.test ? evaluateTest(machine, frame, statement.test) : null;
  const before = snapshot(machine, frame);
  let element: Value = unknown;
  if (statement.left) {
    if (iterated && statement.loop === "of")
      element = elementOf(machine, iterated, {
        file: frame.file,
        start: statement.start,
        end: statement.end,
      });
    assignOrBind(machine, frame, statement.left, element);
  }
  if (statement.test) narrow(machine, frame, statement.test, true);
  if (tested) assume(machine, tested, true);
  const completion = walkBlock(machine, frame, statement.body);
  // Each round leaves this behind for its element; without a way out of the loop, that is all of them.
  const ofEach =
    statement.loop === "of" && completion === "normal" && !canLeaveRound(statement.body)
      ? beyond(machine.facts, before.facts)
      : noFacts;
  if (completion === "normal" && statement.update) evaluate(machine, frame, statement.update);
  const after = snapshot(machine, frame);
  // A `break` or `continue` leaves the round, not the function; what the round changed may have happened.
  const isEndless =
    statement.loop === "while" && statement.test?.kind === "literal" && statement.test.value === true;
  join(machine, statement.loop === "do" || isEndless ? [after] : [before, after], "the loop");
  addFacts(machine, ofElements("each", element, ofEach));
  return "normal";
}

/** `for (const key in given) …`, `for (const key of ["id", "name"]) …`: its keys, where all of them are known. */
function keysOf(machine: Machine, loop: string, iterated: Value): readonly Value[] | null {
  const names = loop === "in" ? namesOf(machine, iterated) : null;
  if (names) return names.map((value) => ({ kind: "literal", value }));
  if (loop !== "of" || iterated.kind !== "array" || iterated.rest !== null) return null;
  const areNames = iterated.elements.every((one) => literalKey(one) !== null);
  return areNames && iterated.elements.length <= mostNames ? iterated.elements : null;
}

/** `copy[key] = given[key]` */
function setsByKey(body: readonly Statement[]): boolean {
  return body.some((statement) => {
    switch (statement.kind) {
      case "expression": {
        const { expression } = statement;
        const target = expression.kind === "assign" ? expression.target : null;
        const isDeleted = expression.kind === "unary" && expression.operator === "delete";
        return isDeleted
          ? expression.operand.kind === "index"
          : target?.kind === "expression" && target.expression.kind === "index";
      }
      case "if":
        return setsByKey(statement.then) || setsByKey(statement.else ?? []);
      case "block":
        return setsByKey(statement.body);
      default:
        return false;
    }
  });
}

/** Round by round: what each leaves behind is there in the next one. */
function walkRounds(
  machine: Machine,
  frame: Frame,
  { left, body }: Statement & { kind: "loop" },
  keys: readonly Value[],
): Completion {
  for (const key of keys) {
    const before = snapshot(machine, frame);
    assignOrBind(machine, frame, left!, key);
    const isWhole = walkBlock(machine, frame, body) === "normal" && !canLeaveRound(body);
    if (!isWhole) join(machine, [before, snapshot(machine, frame)], "the loop");
  }
  return "normal";
}

/** `break` and `continue`, except those of loops inside. */
function canLeaveRound(body: readonly Statement[]): boolean {
  return body.some((statement) => {
    switch (statement.kind) {
      case "break":
      case "continue":
        return true;
      case "if":
        return canLeaveRound(statement.then) || canLeaveRound(statement.else ?? []);
      case "block":
      case "labeled":
        return canLeaveRound(statement.body);
      case "try":
        return [statement.block, statement.handler ?? [], statement.finalizer ?? []].some(canLeaveRound);
      case "switch":
        return statement.cases.some((one) => canLeaveRound(one.body));
      default:
        return false;
    }
  });
}

function assignOrBind(machine: Machine, frame: Frame, pattern: Pattern, value: Value): void {
  if (pattern.kind === "expression") assign(machine, frame, pattern, value);
  else bind(machine, frame, pattern, value);
}

function walkSwitch(machine: Machine, frame: Frame, statement: Statement & { kind: "switch" }): Completion {
  const tested = evaluate(machine, frame, statement.discriminant);
  const before = snapshot(machine, frame);
  const states: Snapshot[] = [];
  let falling: Snapshot | null = null;
  let leaves = true;
  statement.cases.forEach((one, index) => {
    restore(machine, before);
    if (one.test)
      addFacts(machine, compared("===", tested, evaluate(machine, frame, one.test))?.true ?? noFacts);
    if (falling) join(machine, [snapshot(machine, frame), falling], "the case");
    falling = null;
    const breaks = endsInBreak(one.body);
    const completion = walkBlock(machine, frame, one.body);
    if (completion === "normal" && index < statement.cases.length - 1) {
      falling = snapshot(machine, frame);
      return;
    }
    if (completion === "normal" || breaks) {
      states.push(snapshot(machine, frame));
      leaves = false;
    }
  });
  const hasDefault = statement.cases.some((one) => one.test === null);
  if (!hasDefault) {
    states.push(before);
    leaves = false;
  }
  if (leaves || states.length === 0) return "leaves";
  join(machine, states, "the case");
  return "normal";
}

function endsInBreak(body: readonly Statement[]): boolean {
  return body.some((statement) => {
    if (statement.kind === "break") return true;
    if (statement.kind === "block") return endsInBreak(statement.body);
    if (statement.kind === "if") return endsInBreak(statement.then) || endsInBreak(statement.else ?? []);
    return false;
  });
}

function walkTry(machine: Machine, frame: Frame, statement: Statement & { kind: "try" }): Completion {
  const before = snapshot(machine, frame);
  const tried = walkBlock(machine, frame, statement.block);
  const afterBlock = snapshot(machine, frame);
  const states: Snapshot[] = tried === "normal" ? [afterBlock] : [];
  if (statement.handler) {
    // The block may have failed anywhere: nothing it checked holds, anything it changed may be so.
    join(machine, [before, { ...afterBlock, narrowed: before.narrowed, facts: before.facts }], "an error");
    if (statement.parameter) bind(machine, frame, statement.parameter, unknown);
    if (walkStatements(machine, frame, statement.handler) === "normal") states.push(snapshot(machine, frame));
  }
  if (states.length === 0) {
    if (statement.finalizer) walkStatements(machine, frame, statement.finalizer);
    return "leaves";
  }
  join(machine, states, "an error");
  return statement.finalizer ? walkStatements(machine, frame, statement.finalizer) : "normal";
}
