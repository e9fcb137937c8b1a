export { exampleReport } from "./example-report.js";
export { type CommandResult, type TemporaryProject, temporaryProject } from "./temporary-project.js";
