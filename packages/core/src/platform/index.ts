/** What a platform hands from one place of a program to another without a call that could be followed. */
import type { LibraryModel } from "../trace/library.js";
import { asyncContext } from "./async-context.js";
import { cls } from "./cls.js";
import { emitters } from "./emitters.js";
import { operators } from "./operators.js";
import { runners } from "./runners.js";

export const platform: readonly LibraryModel[] = [asyncContext, cls, emitters, operators, runners];
