/** Draws commands and their output as a terminal, as SVG. */

/** One command of a transcript. */
export interface Shown {
  command: string;
  output: string;
}

const PALETTES = {
  light: { paper: "#f6f8fa", ink: "#1f2328", faint: "#59636e", bad: "#cf222e" },
  dark: { paper: "#151b23", ink: "#f0f6fc", faint: "#9198a1", bad: "#f85149" },
} as const;
export type Theme = keyof typeof PALETTES;
type Ink = keyof (typeof PALETTES)["light"];

interface Line {
  text: string;
  ink: Ink;
  isCommand: boolean;
  /** Whether it continues the command of the line above. */
  isContinued: boolean;
}

/** Characters per line; longer lines are wrapped. */
const COLUMNS = 72;
/** Pixels. */
const CHARACTER = 8.4;
const LINE = 20;
const MARGIN = 20;
const FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace";

/** @param title alternative text of the picture. */
export function drawTerminal(title: string, shown: readonly Shown[], theme: Theme): string {
  const lines = shown.flatMap((each, at) => [...(at === 0 ? [] : [EMPTY]), ...linesOf(each)]);
  const width = Math.ceil(COLUMNS * CHARACTER + 2 * MARGIN);
  const height = lines.length * LINE + 2 * MARGIN;
  const palette = PALETTES[theme];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${escaped(title)}</title>
<rect width="${width}" height="${height}" rx="8" fill="${palette.paper}"/>
<g font-family="${FONT}" font-size="14">
${lines.map((line, at) => textOf(line, MARGIN + (at + 0.75) * LINE, palette)).join("\n")}
</g>
</svg>
`;
}

const EMPTY: Line = { text: "", ink: "ink", isCommand: false, isContinued: false };

function linesOf({ command, output }: Shown): Line[] {
  const ink: Ink = output.startsWith("Error") ? "bad" : "faint";
  const printed = output.trimEnd().split("\n");
  return [
    ...wrapped(command).map((text, at) => ({
      text: at === 0 ? `$ ${text}` : text,
      ink: "ink" as const,
      isCommand: true,
      isContinued: at > 0,
    })),
    ...printed.flatMap(wrapped).map(text => ({ ...EMPTY, text, ink })),
  ];
}

/** Width in characters of a prompt, and of the indent of a continued line. */
const INDENT = 4;

/** Wraps at spaces, and within words that are longer than a line. */
function wrapped(text: string): string[] {
  const most = COLUMNS - INDENT;
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (longer.length <= most) {
      line = longer;
      continue;
    }
    if (line !== "") lines.push(line);
    const pieces = piecesOf(word, most);
    lines.push(...pieces.slice(0, -1));
    line = pieces.at(-1) ?? "";
  }
  return [...lines, line];
}

/** Splits a word into lines: after a name or value in JSON, otherwise at the end of the line. */
function piecesOf(word: string, most: number): string[] {
  const pieces: string[] = [];
  let rest = word;
  while (rest.length > most) {
    const end = Math.max(...["{", ",", ":"].map(mark => rest.lastIndexOf(mark, most - 1))) + 1;
    const length = end > most / 2 ? end : most;
    pieces.push(rest.slice(0, length));
    rest = rest.slice(length);
  }
  return [...pieces, rest];
}

function textOf(line: Line, y: number, palette: Record<Ink, string>): string {
  const { text, ink, isCommand, isContinued } = line;
  if (text === "") return "";
  const weight = isCommand ? ' font-weight="600"' : "";
  // Indent by coordinates, because browsers do not draw spaces at the start of a text.
  const x = MARGIN + (isContinued ? INDENT * CHARACTER : 0);
  return `<text x="${x}" y="${y}" fill="${palette[ink]}"${weight}>${escaped(text)}</text>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
