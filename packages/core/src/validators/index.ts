/** Every validator we have a model of: they shape what came in, and make nobody's word of it any better. */
import type { LibraryModel } from "../trace/library.js";
import { joi, yup } from "./joi.js";
import { arktype, others } from "./others.js";
import { valibot } from "./valibot.js";
import { zod } from "./zod.js";

export const validators: readonly LibraryModel[] = [zod, valibot, joi, yup, arktype, ...others];
