/** Which model says what a package does. One package may hold what several models know: an SDK with a client for each service. */
import type { LibraryModel } from "./library.js";

export function modelsOfPackages(models: readonly LibraryModel[]): ReadonlyMap<string, LibraryModel> {
  const found = new Map<string, LibraryModel>();
  for (const model of models)
    for (const name of model.packages) {
      const other = found.get(name);
      found.set(name, other ? inTurn(model, other) : model);
    }
  return found;
}

/** Its exports are the one's, or else the other's. Values that one of them made are that one's already. */
function inTurn(one: LibraryModel, other: LibraryModel): LibraryModel {
  return {
    ...one,
    packages: [],
    typed: (...asked) => one.typed?.(...asked) ?? other.typed?.(...asked) ?? null,
    construct: (...asked) => one.construct?.(...asked) ?? other.construct?.(...asked) ?? null,
    callExternal: (...asked) => one.callExternal?.(...asked) ?? other.callExternal?.(...asked) ?? null,
    tagged: (...asked) => one.tagged?.(...asked) ?? other.tagged?.(...asked) ?? null,
    constant: (...asked) => one.constant?.(...asked) ?? other.constant?.(...asked) ?? null,
  };
}
