import ts from "typescript";
import { describe, expect, test } from "vitest";
import { link } from "../../../link/link.js";
import { lower } from "../../../lower/lower.js";
import { readSequelize } from "./sequelize.js";

function read(files: Record<string, string>) {
  const modules = new Map(Object.entries(files).map(([file, text]) => [file, lower(ts, file, text)]));
  return readSequelize(link({ files: Object.keys(files), packages: [], aliases: [] }, modules));
}

function tablesIn(files: Record<string, string>) {
  return read(files).flatMap(({ tables }) => tables);
}

const head =
  'import { DataTypes, Model, Sequelize } from "sequelize"; const sequelize = new Sequelize("postgres://");';

describe("a model that is defined", () => {
  const define = (text: string) => tablesIn({ "src/models.ts": `${head} ${text}` });

  test("has its attributes, its own id and the times that every model has", () => {
    const [table] = define(`export const Project = sequelize.define("Project", {
      name: DataTypes.STRING, code: { type: DataTypes.STRING(36), allowNull: false, unique: true }, tags: DataTypes.ARRAY(DataTypes.TEXT),
      open: { type: DataTypes.BOOLEAN, defaultValue: true }, label: DataTypes.VIRTUAL, ownerId: { type: DataTypes.UUID, field: "owner_id" },
    });`);
    expect(table).toMatchObject({
      name: "Projects",
      aliases: ["Project"],
      primaryKey: ["id"],
      unique: [["code"]],
      columns: [
        { name: "name", type: "string", nullable: true },
        { name: "code", type: "string(36)", nullable: false },
        { name: "tags", type: "text[]" },
        { name: "open", type: "boolean", defaulted: true },
        { name: "owner_id", aliases: ["ownerId"], type: "uuid" },
        { name: "id", type: "integer", defaulted: true },
        { name: "createdAt", type: "date", nullable: false },
        { name: "updatedAt", type: "date" },
      ],
    });
  });

  test.each([
    ["a plural", '"invoice", {}', "invoices"],
    ["a plural that is one already", '"settings", {}', "settings"],
    ["an irregular plural", '"TeamPerson", {}', "TeamPeople"],
    ["the name that it gives", '"invoice", {}, { tableName: "bills" }', "bills"],
    ["its own name where names are frozen", '"invoice", {}, { freezeTableName: true }', "invoice"],
    ["words with underscores", '"TeamInvoice", {}, { underscored: true }', "team_invoices"],
    ["a name in a schema", '"invoice", {}, { schema: "billing" }', "billing.invoices"],
  ])("is called by %s", (_, given, name) => {
    expect(define(`sequelize.define(${given});`).map((table) => table.name)).toEqual([name]);
  });

  test("spells columns with underscores where it says so", () => {
    const [table] = define(
      'sequelize.define("a", { teamId: { type: DataTypes.UUID, primaryKey: true } }, { underscored: true, paranoid: true });',
    );
    expect(table?.columns).toMatchObject([
      { name: "team_id", aliases: ["teamId"], nullable: false },
      { name: "created_at" },
      { name: "updated_at" },
      { name: "deleted_at", nullable: true },
    ]);
  });

  test("has no times where it says so", () => {
    const [table] = define('sequelize.define("a", {}, { timestamps: false });');
    expect(table?.columns.map(({ name }) => name)).toEqual(["id"]);
  });

  test("follows what the connection says of all models", () => {
    const [table] = tablesIn({
      "src/a.ts": `import { DataTypes, Sequelize } from "sequelize";
        const db = new Sequelize("postgres://", { define: { underscored: true, timestamps: false } });
        db.define("userRole", { roleName: DataTypes.STRING });`,
    });
    expect(table).toMatchObject({ name: "user_roles", columns: [{ name: "role_name" }, { name: "id" }] });
  });

  test("has unique sets", () => {
    const [table] =
      define(`sequelize.define("a", { x: { type: DataTypes.UUID, unique: "both" }, y: { type: DataTypes.UUID, unique: "both" } },
      { indexes: [{ unique: true, fields: ["x", "z"] }, { fields: ["y"] }, { unique: true, fields: ["y"], where: { deletedAt: null } }] });`);
    expect(table?.unique).toEqual([
      ["x", "y"],
      ["x", "z"],
    ]);
  });

  test("refers to another table by its attribute", () => {
    const tables = define(`sequelize.define("team", {}); sequelize.define("a", {
      teamId: { type: DataTypes.INTEGER, references: { model: "teams", key: "id" } } });`);
    expect(tables[1]?.foreignKeys).toEqual([{ columns: ["teamId"], table: "teams", targets: ["id"] }]);
  });

  test("in a function that is handed the connection", () => {
    const text =
      'module.exports = (sequelize, DataTypes) => { const Team = sequelize.define("Team", { id: { type: DataTypes.UUID, primaryKey: true } }, { timestamps: false }); return Team; };';
    expect(tablesIn({ "models/team.js": text })).toMatchObject([
      { name: "Teams", columns: [{ name: "id", type: "uuid" }] },
    ]);
  });

  test("is told where its attributes are computed", () => {
    const [source] = read({
      "src/a.ts": `${head} import { columns } from "./missing.js"; sequelize.define("a", columns);`,
    });
    expect(source).toMatchObject({ complete: false, tables: [{ name: "as", readable: false }] });
  });

  test("is none when something else defines something", () => {
    expect(
      define(
        'import { registry } from "./registry.js"; registry.define("job", {}); define("job", {}); function define(a: string, b: object) {}',
      ),
    ).toEqual([]);
  });
});

describe("associations", () => {
  const models = `${head}
    const Team = sequelize.define("Team", { id: { type: DataTypes.UUID, primaryKey: true } }, { timestamps: false });
    const Project = sequelize.define("Project", {}, { timestamps: false });
    const Tag = sequelize.define("Tag", {}, { timestamps: false });`;
  const tableIn = (text: string, name: string) =>
    tablesIn({ "src/models.ts": `${models} ${text}` }).find((table) => table.name === name);

  test("give the column of a foreign key", () => {
    expect(tableIn("Project.belongsTo(Team);", "Projects")).toMatchObject({
      columns: [{ name: "id" }, { name: "teamId", type: "uuid", nullable: true }],
      foreignKeys: [{ columns: ["teamId"], table: "Teams", targets: ["id"] }],
      relations: [{ field: "Team", table: "Teams", list: false, columns: ["teamId"], targets: ["id"] }],
    });
  });

  test.each([
    ['{ foreignKey: "team_id" }', { name: "team_id", nullable: true }],
    ['{ foreignKey: { name: "team_id", allowNull: false } }', { name: "team_id", nullable: false }],
    ['{ as: "owner" }', { name: "ownerId" }],
  ])("as they name it: %s", (options, column) => {
    expect(tableIn(`Project.belongsTo(Team, ${options});`, "Projects")?.columns[1]).toMatchObject(column);
  });

  test("give it to the other side", () => {
    expect(tableIn('Team.hasMany(Project, { as: "projects" });', "Projects")?.foreignKeys).toEqual([
      { columns: ["teamId"], table: "Teams", targets: ["id"] },
    ]);
    expect(
      tableIn('Team.hasMany(Project, { as: "projects" }); Project.belongsTo(Team);', "Teams")?.relations,
    ).toEqual([{ field: "projects", table: "Projects", list: true, columns: ["id"], targets: ["teamId"] }]);
  });

  test("make a table between two", () => {
    expect(tableIn('Project.belongsToMany(Tag, { through: "project_tags" });', "project_tags")).toMatchObject(
      {
        primaryKey: ["projectId", "tagId"],
        foreignKeys: [
          { columns: ["projectId"], table: "Projects", targets: ["id"] },
          { columns: ["tagId"], table: "Tags", targets: ["id"] },
        ],
      },
    );
  });

  test("go through a model that is one already", () => {
    const text = `const Tagging = sequelize.define("Tagging", { projectId: DataTypes.INTEGER });
      Project.belongsToMany(Tag, { through: Tagging, foreignKey: "projectId", otherKey: "tagId" });`;
    expect(tableIn(text, "Taggings")?.foreignKeys).toEqual([
      { columns: ["projectId"], table: "Projects", targets: ["id"] },
      { columns: ["tagId"], table: "Tags", targets: ["id"] },
    ]);
  });

  test("with one key for several models are no foreign key", () => {
    const text =
      'Tag.belongsTo(Team, { foreignKey: "itemId", constraints: false }); Tag.belongsTo(Project, { foreignKey: "itemId", constraints: false });';
    expect(tableIn(text, "Tags")?.foreignKeys).toEqual([]);
  });

  test("in a function that is handed all models", () => {
    const files = {
      "models/team.js":
        'module.exports = (sequelize, DataTypes) => sequelize.define("team", { id: { type: DataTypes.UUID, primaryKey: true } });',
      "models/project.js": `module.exports = (sequelize, DataTypes) => { const project = sequelize.define("project", {});
        project.associate = (models) => { models.project.belongsTo(models.team, { foreignKey: { allowNull: false } }); }; return project; };`,
    };
    const project = tablesIn(files).find(({ name }) => name === "projects");
    expect(project?.foreignKeys).toEqual([{ columns: ["teamId"], table: "teams", targets: ["id"] }]);
    expect(project?.columns.at(-1)).toMatchObject({ name: "teamId", nullable: false });
  });
});

describe("a model that is a class", () => {
  test("is made by init", () => {
    const text = `${head}
      class Team extends Model { static associate(models: any) { this.hasMany(models.Project, { foreignKey: "team_id" }); } }
      Team.init({ id: { type: DataTypes.UUID, primaryKey: true } }, { sequelize, tableName: "teams", timestamps: false });
      class Project extends Model { static associate(models: any) { this.belongsTo(models.Team, { foreignKey: "team_id", as: "team" }); } }
      Project.init({ name: DataTypes.STRING }, { sequelize, modelName: "project", timestamps: false });`;
    expect(tablesIn({ "src/a.ts": text })).toMatchObject([
      {
        name: "teams",
        aliases: ["Team"],
        relations: [{ table: "projects", columns: ["id"], targets: ["team_id"] }],
      },
      {
        name: "projects",
        aliases: ["project", "Project"],
        foreignKeys: [{ columns: ["team_id"], table: "teams", targets: ["id"] }],
      },
    ]);
  });

  test("inside its own function", () => {
    const text = `import { DataTypes, Model, type Sequelize } from "sequelize";
      export class Team extends Model { static setup(sequelize: Sequelize) { this.init({ name: DataTypes.TEXT }, { sequelize, tableName: "teams" }); } }`;
    expect(tablesIn({ "src/a.ts": text }).map(({ name }) => name)).toEqual(["teams"]);
  });

  test("and init of another class makes none", () => {
    const text = `${head} class Telemetry { static init(options: object) {} } Telemetry.init({ name: DataTypes.STRING });`;
    expect(tablesIn({ "src/a.ts": text })).toEqual([]);
  });
});

describe("a model with decorators", () => {
  const library =
    'import { AllowNull, AutoIncrement, BelongsTo, BelongsToMany, Column, CreatedAt, DataType, Default, ForeignKey, HasMany, IsUUID, Model, PrimaryKey, Table, Unique, UpdatedAt } from "sequelize-typescript";';

  test("has columns, keys and relations, also of the class it extends", () => {
    const text = `${library}
      class Base extends Model { @IsUUID(4) @PrimaryKey @Default(DataType.UUIDV4) @Column(DataType.UUID) id: string; @CreatedAt createdAt: Date; @UpdatedAt updatedAt: Date; }
      @Table({ tableName: "teams", modelName: "team" }) class Team extends Base { @HasMany(() => Project) projects: Project[]; }
      @Table({ tableName: "projects", modelName: "project" }) class Project extends Base {
        @AllowNull(false) @Column name: string; @Unique @Column(DataType.STRING) slug: string; @Column({ type: DataType.JSONB, field: "meta_data" }) meta: object;
        @BelongsTo(() => Team, "teamId") team: Team; @ForeignKey(() => Team) @Column(DataType.UUID) teamId: string; label: string;
      }`;
    const [teams, projects] = tablesIn({ "src/a.ts": text });
    expect(projects).toMatchObject({
      aliases: ["project", "Project"],
      primaryKey: ["id"],
      unique: [["slug"]],
      columns: [
        { name: "id", type: "uuid", nullable: false, defaulted: true },
        { name: "createdAt", type: "date" },
        { name: "updatedAt", type: "date" },
        { name: "name", type: "string", nullable: false },
        { name: "slug", nullable: true },
        { name: "meta_data", aliases: ["meta"], type: "jsonb" },
        { name: "teamId", type: "uuid" },
      ],
      foreignKeys: [{ columns: ["teamId"], table: "teams", targets: ["id"] }],
      relations: [{ field: "team", table: "teams", columns: ["teamId"], targets: ["id"] }],
    });
    expect(teams?.relations).toEqual([
      { field: "projects", table: "projects", list: true, columns: ["id"], targets: ["teamId"] },
    ]);
  });

  test("goes by the marked property where the relation names no key", () => {
    const text = `${library} @Table class Team extends Model {}
      @Table class Project extends Model { @ForeignKey(() => Team) @Column ownerTeam: number; @BelongsTo(() => Team) team: Team }`;
    expect(tablesIn({ "src/a.ts": text })[1]).toMatchObject({
      name: "Projects",
      foreignKeys: [{ columns: ["ownerTeam"], table: "Teams", targets: ["id"] }],
    });
  });

  test("is none when the decorator is somebody else's", () => {
    const text = `import { Column } from "sequelize-typescript"; function Table(it: unknown) {} @Table class Row { @Column name: string }`;
    expect(tablesIn({ "src/a.ts": text })).toEqual([]);
  });
});
