/**
 * What multer says of an upload: its name and its type are the sender's, and without a path (busboy takes only the last part of a
 * name). Where it was put the service decides: https://github.com/expressjs/multer#file-information
 */
import type { Role } from "../trace/entry.js";

export const uploadedFile = uploaded("request.file", "the uploaded file");
export const uploadedFiles = uploaded("request.files", "the uploaded files");

function uploaded(name: string, text: string): Role {
  const made = ["path", "filename", "destination"].map((property): [string, Role] => [
    property,
    { kind: "made", name: `${name}.${property}`, text: "where the upload was put" },
  ]);
  return { kind: "request", name, text, members: Object.fromEntries(made) };
}
