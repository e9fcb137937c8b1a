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

/** What it does to an object in a store, or to a file. */
export function storedVerb(operation: string): string {
  switch (operation) {
    case "put":
      return "writes";
    case "delete":
      return "deletes";
    case "read":
      return "lists";
    default:
      return "reads";
  }
}
