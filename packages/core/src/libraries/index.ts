/** Every library we have a model of. Adding one is one folder and one line here. */
import type { LibraryModel } from "../trace/library.js";
import { kysely } from "./kysely/index.js";

export const libraries: readonly LibraryModel[] = [kysely];
