/**
 * Which files are judged. A wrong guess in one direction hides a leak and in the other reports code that never runs, so
 * every reason here is one that a reader of the report can check by looking at the file's name or first lines.
 */
export const sourceName = /\.[cm]?[jt]sx?$/;

/** By name alone; null when nothing speaks against judging the file. */
export function reasonInName(file: string): string | null {
  const name = nameOf(file);
  if (/\.d\.(?:[\w-]+\.)?[cm]?ts$/.test(name)) return "declaration";
  if (isTest(directoryOf(file).split("/"), name)) return "test";
  if (isGeneratedName(directoryOf(file).split("/"), name)) return "generated code";
  if (/[.-]min\.[cm]?js$/.test(name)) return "minified";
  return null;
}

/** By content; only for files that their name lets through. */
export function reasonInText(file: string, text: string): string | null {
  if (saysItIsGenerated(text)) return "generated code";
  if (isMinified(file, text)) return "minified";
  return null;
}

/** Component files hold script we cannot read; they are listed, so that nobody takes silence for a pass. */
export function reasonForComponent(name: string): string | null {
  const language = { vue: "Vue component", svelte: "Svelte component", astro: "Astro component" }[
    /\.(vue|svelte|astro)$/.exec(name)?.[1] ?? ""
  ];
  return language ?? null;
}

function isTest(directories: readonly string[], name: string): boolean {
  // Also `.e2e-spec.ts`, `.servertest.ts`.
  if (/\.[\w-]*(?:test|spec)\.[cm]?[jt]sx?$/.test(name)) return true;
  if (/\.(?:stories|story|cy|e2e)\.[cm]?[jt]sx?$/.test(name)) return true;
  if (directories.some((directory) => /^__(?:tests?|mocks|fixtures|snapshots)__$/.test(directory)))
    return true;
  const tests = directories.findIndex((directory) =>
    /^(?:tests?|e2e|cypress|playwright|\.storybook)$/.test(directory),
  );
  return tests >= 0 && !isRoute(directories.slice(0, tests).join("/"), name);
}

/** Where directories are addresses, `app/api/webhooks/test/route.ts` is a route like any other. */
function isRoute(directory: string, name: string): boolean {
  return (
    /(?:^|\/)(?:app|pages|server)\/(?:api|routes)(?:\/|$)/.test(directory) ||
    (/(?:^|\/)(?:app|pages|routes)(?:\/|$)/.test(directory) &&
      /^(?:route|page|layout|\+server|\+(?:page|layout)(?:\.server)?)\.[cm]?[jt]sx?$/.test(name))
  );
}

function isGeneratedName(directories: readonly string[], name: string): boolean {
  return (
    /\.(?:gen|generated)\.[cm]?[jt]sx?$/.test(name) ||
    directories.some((directory) => /^(?:__)?generated(?:__)?$/.test(directory))
  );
}

/** Only what stands in comments before the first line of code, and only in the phrases that generators use. */
function saysItIsGenerated(text: string): boolean {
  const header =
    /^\ufeff?(?:\s|#!.*|\/\/.*|\/\*[^]{0,2000}?\*\/|["']use \w+["'];?)*/.exec(text.slice(0, 4000))?.[0] ?? "";
  const lines = header.split("\n").slice(0, 20);
  return (
    lines.some((line) => generatorPhrases.test(line)) ||
    (/\bdo not (?:edit|modify)\b/i.test(header) && /\bgenerate[ds]?\b/i.test(header))
  );
}

const generatorPhrases =
  /@generated\b|\bDO NOT EDIT\b|\b[Aa]uto(?:matically)?[- ]?generated\b|\b(?:file|code) (?:is|was|has been) generated\b|^[\s/*]*(?:[Cc]ode )?[Gg]enerated by\b/;

/** JavaScript only: nobody ships minified TypeScript, and a long literal must not hide the code beside it. */
function isMinified(file: string, text: string): boolean {
  if (!/\.[cm]?js$/.test(file) || text.length < 5000) return false;
  const lines = text.split("\n");
  return text.length / lines.length > 500 && lines.some((line) => line.length > 5000);
}

/** Of a path relative to the root, with `/`; `""` is the root itself. */
function directoryOf(file: string): string {
  return file.slice(0, Math.max(0, file.lastIndexOf("/")));
}

function nameOf(file: string): string {
  return file.slice(file.lastIndexOf("/") + 1);
}
