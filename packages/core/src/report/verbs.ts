/** What an operation does to rows, as a verb. */
export function verb(operation: string): string {
  switch (operation) {
    case "update":
      return "changes";
    case "delete":
      return "deletes";
    case "insert":
    case "upsert":
      return "writes";
    default:
      return "reads";
  }
}
