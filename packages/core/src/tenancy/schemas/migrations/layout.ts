/**
 * Which migration files belong to one history, and in what order they run. Every tool has its own layout, but all of them
 * put a version into the name of the file or of its folder.
 */

/** What its path says of a migration. */
export interface MigrationPath {
  /** The history that it belongs to. */
  readonly folder: string;
  /** The database that it is written for, when its name says so: `001_users.mysql.sql`. */
  readonly database: string | null;
  /** The names from that folder on, without what every file has. */
  readonly steps: readonly Step[];
}

interface Step {
  /** The numbers that the name begins with: `V1_2__users` is [1, 2]. Digits, because timestamps may be long. */
  readonly version: readonly string[];
  readonly name: string;
}

/** Null for a file that takes a migration back or checks it. */
export function migrationPath(file: string): MigrationPath | null {
  const folders = file.split("/");
  const base = folders.pop()!.replace(/\.(sql|[cm]?[jt]s)$/i, "");
  if (isUndone(base) || /^(revert|verify|rollbacks?|undo|down)$/i.test(folders.at(-1) ?? "")) return null;

  const { name, database } = withoutDatabase(base.replace(/\.(up|do|deploy)$/i, ""));
  const names = [name];
  if (/^(migration|up|migrate)$/i.test(name) && folders.length > 0) names[0] = folders.pop()!;
  while (isVersion(folders.at(-1) ?? "") || isTimestamped(folders.at(-1) ?? ""))
    names.unshift(folders.pop()!);
  return { folder: folders.join("/"), database, steps: names.map(stepOf) };
}

/** `001_users.down.sql`, `down.sql`, Flyway's `U1__users.sql`. */
function isUndone(base: string): boolean {
  return /(^|[._-])(down|rollback|revert|undo)$/i.test(base) || /^U\d[\d._]*__/.test(base);
}

const databases: Readonly<Record<string, string>> = {
  postgres: "postgresql",
  postgresql: "postgresql",
  pg: "postgresql",
  cockroach: "cockroach",
  cockroachdb: "cockroach",
  mysql: "mysql",
  mariadb: "mysql",
  sqlite: "sqlite",
  sqlite3: "sqlite",
  clickhouse: "clickhouse",
};

function withoutDatabase(base: string): { name: string; database: string | null } {
  const dot = base.lastIndexOf(".");
  const database = dot < 0 ? undefined : databases[base.slice(dot + 1).toLowerCase()];
  return database === undefined ? { name: base, database: null } : { name: base.slice(0, dot), database };
}

/** `0.27`, `v2`, `2024`. */
function isVersion(folder: string): boolean {
  return /^v?\d+([._]\d+)*$/i.test(folder);
}

/** A folder for one migration, whatever its file is called: `20240101120000_users`. */
function isTimestamped(folder: string): boolean {
  return /^\d{8,}[_-]/.test(folder);
}

function stepOf(name: string): Step {
  const numbers = /^[VvBb]?(\d+(?:[._-]\d+(?![A-Za-z0-9]))*)/.exec(name);
  if (!numbers) return { version: [], name };
  const version = numbers[1]!.split(/[._-]/).map((number) => number.replace(/^0+(?=\d)/, ""));
  return { version, name: name.slice(numbers[0].length) };
}

/** Whether the names say in which order they run. */
export function isNumbered({ steps }: MigrationPath): boolean {
  return steps.some(({ version, name }) => version.length > 0 || /^R__/.test(name));
}

/** Flyway's repeatable migrations run when all others have run; what has no number is what the numbers begin from. */
export function comparePaths(one: MigrationPath, other: MigrationPath): number {
  const length = Math.max(one.steps.length, other.steps.length);
  for (let index = 0; index < length; index++) {
    const order = compareSteps(one.steps[index], other.steps[index]);
    if (order !== 0) return order;
  }
  return 0;
}

function compareSteps(one: Step | undefined, other: Step | undefined): number {
  if (!one || !other) return one ? 1 : other ? -1 : 0;
  const repeatable = Number(/^R__/.test(one.name)) - Number(/^R__/.test(other.name));
  return repeatable || compareVersions(one.version, other.version) || compareNames(one.name, other.name);
}

function compareVersions(one: readonly string[], other: readonly string[]): number {
  for (let index = 0; index < Math.max(one.length, other.length); index++) {
    const order = compareNumbers(one[index] ?? "", other[index] ?? "");
    if (order !== 0) return order;
  }
  return 0;
}

const shortestDate = 8;

/** Of digits alone, of any length. Dates are written more and less exactly, and all tools put them in order as text. */
function compareNumbers(one: string, other: string): number {
  if (one.length >= shortestDate && other.length >= shortestDate) return compareTexts(one, other);
  return one.length - other.length || compareTexts(one, other);
}

/** `step2` comes before `step10`. */
function compareNames(one: string, other: string): number {
  const parts = one.split(/(\d+)/);
  const others = other.split(/(\d+)/);
  for (let index = 0; index < Math.max(parts.length, others.length); index++) {
    const [part, rival] = [parts[index] ?? "", others[index] ?? ""];
    const isNumber = index % 2 === 1;
    const order = isNumber
      ? compareNumbers(part.replace(/^0+(?=\d)/, ""), rival.replace(/^0+(?=\d)/, ""))
      : compareTexts(part, rival);
    if (order !== 0) return order;
  }
  return compareTexts(one, other);
}

function compareTexts(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
