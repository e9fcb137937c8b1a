/** A terminal's output as an SVG, so that a README can show what a command really prints. */

interface Style {
  readonly color: string | null;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly underline: boolean;
}

const plain: Style = { color: null, bold: false, dim: false, underline: false };
const colors: Readonly<Record<string, string>> = {
  31: "#ff7b72",
  32: "#7ee787",
  33: "#e3b341",
  36: "#79c0ff",
};

const lineHeight = 19;
const characterWidth = 8.43;
const padding = 18;

/** `output` holds SGR escape sequences (ECMA-48, 8.3.117) and nothing else that moves the cursor. */
export function pictureOf(output: string, title: string): string {
  const lines = output.trimEnd().split("\n");
  // eslint-disable-next-line no-control-regex -- escape sequences are what this reads
  const widths = lines.map((line) => [...line.replace(/\u001b\[\d*m/g, "")].length);
  const width = Math.ceil(Math.max(...widths) * characterWidth) + 2 * padding;
  const height = lines.length * lineHeight + 2 * padding;
  let style = plain;
  const rows = lines.map((line, index) => {
    const spans: string[] = [];
    // eslint-disable-next-line no-control-regex -- escape sequences are what this reads
    for (const part of line.split(/(\u001b\[\d*m)/)) {
      // eslint-disable-next-line no-control-regex -- escape sequences are what this reads
      const code = /^\u001b\[(\d*)m$/.exec(part)?.[1];
      if (code !== undefined) style = styleAfter(style, code);
      else if (part !== "") spans.push(`<tspan${attributesOf(style)}>${escaped(part)}</tspan>`);
    }
    const y = padding + (index + 1) * lineHeight - 5;
    return `<text x="${padding}" y="${y}">${spans.join("")}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="100%" height="100%" rx="8" fill="#0d1117"/>`,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14" fill="#e6edf3" xml:space="preserve">`,
    ...rows,
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

function styleAfter(style: Style, code: string): Style {
  switch (code) {
    case "1":
      return { ...style, bold: true };
    case "2":
      return { ...style, dim: true };
    case "4":
      return { ...style, underline: true };
    case "22":
      return { ...style, bold: false, dim: false };
    case "24":
      return { ...style, underline: false };
    case "39":
      return { ...style, color: null };
    case "":
    case "0":
      return plain;
    default:
      return { ...style, color: colors[code] ?? style.color };
  }
}

function attributesOf(style: Style): string {
  return [
    style.color ? ` fill="${style.color}"` : style.dim ? ' fill="#8b949e"' : "",
    style.bold ? ' font-weight="bold"' : "",
    style.underline ? ' text-decoration="underline"' : "",
  ].join("");
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
