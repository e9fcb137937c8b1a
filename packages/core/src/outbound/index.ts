/** What sends something out of the service (decision 27). */
import type { LibraryModel } from "../trace/library.js";
import { http } from "./http.js";
import { mail } from "./mail.js";

export const outbound: readonly LibraryModel[] = [http, mail];
