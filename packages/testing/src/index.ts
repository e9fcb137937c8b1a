export { analyzed, analyzedFiles } from "./analyzed.js";
export { exampleReport } from "./example-report.js";
export { fixtureDirectories, readFixture } from "./fixture.js";
export { processorTime } from "./processor-time.js";
export { scanFixture } from "./scan-fixture.js";
export { exampleTenancy } from "./example-tenancy.js";
export { schemaInLines } from "./schema-in-lines.js";
export { type CommandResult, type TemporaryProject, temporaryProject } from "./temporary-project.js";
