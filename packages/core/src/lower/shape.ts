/**
 * Whether data from a cache is a module. The compiler holds the tables below to the types in `module.ts`: a node kind or a
 * property that is missing here does not compile.
 */
import {
  type BindingKind,
  type ClassNode,
  type Export,
  type Expression,
  type FunctionNode,
  type Module,
  type ObjectProperty,
  type Pattern,
  type Statement,
  type TypeDeclaration,
  type TypeNode,
} from "./module.js";
import {
  type Bounds,
  type Check,
  binding,
  classId,
  either,
  flag,
  functionId,
  isIndex,
  isObject,
  kinds,
  list,
  literalValue,
  nothing,
  oneOf,
  orNull,
  position,
  record,
  text,
  typeId,
  version,
} from "./shape-checks.js";

/** Of this version, and nothing in it points out of it. */
export function isModule(value: unknown): value is Module {
  if (!isObject(value)) return false;
  const { bindings, functions, classes, types, length } = value;
  if (!Array.isArray(bindings) || !Array.isArray(functions) || !Array.isArray(classes)) return false;
  if (!Array.isArray(types) || typeof length !== "number" || functions.length === 0) return false;
  const within: Bounds = {
    length,
    bindings: bindings.length,
    functions: functions.length,
    classes: classes.length,
    types: types.length,
  };
  try {
    return module(value, within) && isInOrder(value as unknown as Module);
  } catch (error) {
    // Nested deeper than anything that lowering makes.
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** Whoever goes from a function to its parents must arrive. */
function isInOrder({ functions, classes }: Module): boolean {
  return (
    functions.every(({ id, parent }, index) => id === index && (parent === null ? true : parent < id)) &&
    classes.every(({ id }, index) => id === index)
  );
}

interface Place {
  readonly start: number;
  readonly end: number;
}
const span = { start: position, end: position };

// Functions, because each of these holds others of its own kind.
const expression: Check = (value, within) => expressions(value, within);
const statement: Check = (value, within) => statements(value, within);
const pattern: Check = (value, within) => patterns(value, within);
const type: Check = (value, within) => typeNodes(value, within);
const body = list(statement);
const operands = list(expression);

const typeMember = record({ name: text, optional: flag, type: orNull(type), ...span });
const typeNodes = kinds<TypeNode, Place>(
  {
    reference: { name: text, binding: orNull(binding), arguments: list(type), specifier: orNull(text) },
    keyword: { name: text },
    literal: { value: literalValue },
    object: { members: list(typeMember) },
    union: { types: list(type) },
    intersection: { types: list(type) },
    array: { element: type },
    tuple: { elements: list(type) },
    function: {
      parameters: list(record({ name: text, optional: flag, type: orNull(type) })),
      returns: orNull(type),
    },
    typeof: { name: text, binding: orNull(binding) },
    keyof: { type },
    indexed: { object: type, index: type },
    unknown: {},
  },
  span,
);

const patterns = kinds<Pattern, Place>(
  {
    binding: { binding },
    object: {
      properties: list(record({ key: either(text, expression), value: pattern })),
      rest: orNull(pattern),
    },
    array: { elements: list(orNull(pattern)), rest: orNull(pattern) },
    default: { pattern, value: expression },
    expression: { expression },
  },
  span,
);

const variable = record({ pattern, type: orNull(type), initializer: orNull(expression), ...span });
const statements = kinds<Statement, Place>(
  {
    expression: { expression },
    variables: { declarations: list(variable) },
    function: { function: functionId, binding },
    class: { class: classId },
    return: { argument: orNull(expression) },
    throw: { argument: expression },
    if: { test: expression, then: body, else: orNull(body) },
    loop: {
      loop: oneOf("for", "while", "do", "of", "in"),
      initializer: orNull(statement),
      test: orNull(expression),
      update: orNull(expression),
      left: orNull(pattern),
      right: orNull(expression),
      body,
    },
    switch: { discriminant: expression, cases: list(record({ test: orNull(expression), body })) },
    try: { block: body, parameter: orNull(pattern), handler: orNull(body), finalizer: orNull(body) },
    block: { body },
    labeled: { label: text, body },
    break: { label: orNull(text) },
    continue: { label: orNull(text) },
    unknown: { children: operands },
  },
  span,
);

const property = kinds<ObjectProperty, Place>(
  { property: { key: either(text, expression), value: expression }, spread: { value: expression } },
  span,
);
const expressions = kinds<Expression, Place>(
  {
    literal: { value: literalValue },
    constant: { text },
    name: { name: text, binding: orNull(binding) },
    this: {},
    super: {},
    member: { object: expression, property: text, optional: flag, nameStart: position },
    index: { object: expression, index: expression, optional: flag },
    call: { callee: expression, arguments: operands, typeArguments: list(type), optional: flag },
    new: { callee: expression, arguments: operands, typeArguments: list(type) },
    import: { specifier: expression },
    object: { properties: list(property) },
    array: { elements: operands },
    spread: { expression },
    function: { function: functionId },
    class: { class: classId },
    template: { texts: list(text), expressions: operands },
    tagged: { tag: expression, typeArguments: list(type), texts: list(text), expressions: operands },
    unary: { operator: text, operand: expression },
    binary: { operator: text, left: expression, right: expression },
    logical: { operator: oneOf("&&", "||", "??"), left: expression, right: expression },
    conditional: { test: expression, then: expression, else: expression },
    assign: { operator: text, target: pattern, value: expression },
    sequence: { expressions: operands },
    await: { expression },
    yield: { expression: orNull(expression), isEach: flag },
    cast: { cast: oneOf("as", "satisfies", "non-null"), expression, type: orNull(type) },
    unknown: { children: operands },
  },
  span,
);

const functionNode = record<FunctionNode>({
  id: functionId,
  kind: oneOf("module", "function", "arrow", "method", "constructor", "getter", "setter"),
  name: orNull(text),
  parent: orNull(functionId),
  class: orNull(classId),
  async: flag,
  generator: flag,
  typeParameters: list(text),
  parameters: list(
    record<FunctionNode["parameters"][number]>({
      pattern,
      optional: flag,
      default: orNull(expression),
      rest: flag,
      type: orNull(type),
      property: flag,
      decorators: operands,
      ...span,
    }),
  ),
  returns: orNull(type),
  body,
  decorators: operands,
  ...span,
});

const classNode = record<ClassNode>({
  id: classId,
  name: orNull(text),
  binding: orNull(binding),
  scope: functionId,
  typeParameters: list(text),
  extends: orNull(expression),
  extendsArguments: list(type),
  implements: list(type),
  abstract: flag,
  constructor: orNull(functionId),
  fields: list(
    record<ClassNode["fields"][number]>({
      name: text,
      static: flag,
      optional: flag,
      type: orNull(type),
      initializer: orNull(expression),
      decorators: operands,
      ...span,
    }),
  ),
  methods: list(
    record<ClassNode["methods"][number]>({
      name: text,
      static: flag,
      kind: oneOf("method", "getter", "setter"),
      function: functionId,
    }),
  ),
  decorators: operands,
  ...span,
});

const exported = kinds<Export>(
  {
    local: { name: text, binding },
    from: { name: text, imported: text, specifier: text },
    star: { specifier: text },
  },
  {},
);

const declared = { name: text, scope: functionId, type: orNull(type) };
const targets: Readonly<Record<BindingKind, Check>> = {
  import: nothing,
  const: nothing,
  let: nothing,
  var: nothing,
  parameter: nothing,
  function: functionId,
  class: classId,
  enum: typeId,
  namespace: nothing,
  catch: nothing,
  type: typeId,
  synthetic: nothing,
};
const bindingChecks = new Map<unknown, Check>(
  Object.entries(targets).map(([kind, target]) => [kind, record({ ...declared, target: orNull(target) })]),
);
const bindingNode: Check = (value, within) =>
  isObject(value) && bindingChecks.get(value["kind"])?.(value, within) === true;

const module = record<Module>({
  version,
  lineStarts: list(position),
  length: (value) => isIndex(value, Number.MAX_SAFE_INTEGER),
  imports: list(
    record<Module["imports"][number]>({
      specifier: text,
      typeOnly: flag,
      names: list(record({ imported: text, binding })),
      ...span,
    }),
  ),
  exports: list(exported),
  bindings: list(bindingNode),
  functions: list(functionNode),
  classes: list(classNode),
  types: list(
    record<TypeDeclaration>({
      name: text,
      binding: orNull(binding),
      kind: oneOf("interface", "alias", "enum"),
      typeParameters: list(text),
      extends: list(type),
      type,
      augments: orNull(text),
      ...span,
    }),
  ),
  directives: list(record<Module["directives"][number]>({ text, above: orNull(position), ...span })),
  problems: list(record<Module["problems"][number]>({ message: text, ...span })),
});
