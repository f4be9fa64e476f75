/**
 * Transcripts in a documentation page: commands and their output.
 *
 * A transcript is a ```console block after the line `<!-- transcript: STAGE
 * -->`. Lines that begin with `$ are commands; a backslash at the end continues them on the next
 * line. The lines that follow are their output.
 */

/** Where a transcript runs: on a control plane alone, or also on a node that runs Pods. */
export type Stage = "cluster" | "node";

/** A transcript and its position in the page. */
export interface Transcript {
  stage: Stage;
  commands: string[];
  /** The block's content, as in the page. */
  content: string;
  /** Offset of the content in the page. */
  offset: number;
}

const BLOCK = /^<!-- transcript: (cluster|node) -->\n\n?```console\n([\s\S]*?)^```$/gm;

/** The transcripts of a page, in order. */
export function transcriptsIn(page: string): Transcript[] {
  return [...page.matchAll(BLOCK)].map(match => {
    const [block, stage, content = ""] = match;
    return {
      stage: stage as Stage,
      commands: commandsIn(content),
      content,
      offset: match.index + block.indexOf(content, block.indexOf("```console\n")),
    };
  });
}

/** The page with new contents for its transcripts. */
export function withContents(
  page: string,
  played: readonly { transcript: Transcript; content: string }[],
): string {
  let text = page;
  // From the end, so that the earlier offsets stay valid.
  for (const { transcript, content } of [...played].reverse()) {
    const { offset } = transcript;
    text = text.slice(0, offset) + content + text.slice(offset + transcript.content.length);
  }
  return text;
}

/** A transcript's content from commands and their output. */
export function contentOf(results: readonly { command: string; output: string }[]): string {
  return results
    .map(({ command, output }) => {
      const end = output === "" || output.endsWith("\n") ? "" : "\n";
      return `$ ${command}\n${output}${end}`;
    })
    .join("\n");
}

/** Every command of a page's transcripts, with its output. */
export function resultsIn(page: string): { command: string; output: string }[] {
  return transcriptsIn(page).flatMap(({ commands, content }) => {
    let rest = content;
    return commands.map((command, at) => {
      rest = rest.slice(rest.indexOf(`$ ${command}\n`) + command.length + 3);
      const next = commands[at + 1];
      const end = next === undefined ? rest.length : rest.indexOf(`\n$ ${next}\n`);
      return { command, output: rest.slice(0, end === -1 ? rest.length : end) };
    });
  });
}

function commandsIn(content: string): string[] {
  const commands: string[] = [];
  let goesOn = false;
  for (const line of content.split("\n")) {
    if (goesOn) {
      commands.push(`${commands.pop() ?? ""}\n${line}`);
    } else if (line.startsWith("$ ")) {
      commands.push(line.slice(2));
    } else {
      continue;
    }
    goesOn = line.endsWith("\\");
  }
  return commands;
}

/** Text that differs between runs, and its placeholder for comparisons. */
const VARIABLE: readonly [RegExp, string][] = [
  // Trailing space first, because the width of columns varies.
  [/[ \t]+$/gm, ""],
  [/\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?: ?Z| UTC)?)?/g, "<date>"],
  [/\b\d+(?:\.\d+)? (?:s|ms|seconds?|days?|hours?)\b/g, "<duration>"],
  [/\b(?:\d+d)?(?:\d+h)?(?:\d+m)?\d+(?:\.\d+)?s\b/g, "<duration>"],
  [/\b\d+d\b/g, "<duration>"],
  [/\b(?:[0-9A-F]{2}:){7,}[0-9A-F]{2}\b/g, "<fingerprint>"],
  [/\b[0-9a-f]{12,}\b/g, "<hash>"],
  [/-ca-[0-9a-f]{8}\b/g, "-ca-<id>"],
  [/\b127\.\d+\.\d+\.\d+\b/g, "<address>"],
  // Name suffixes that ReplicaSets and Deployments generate.
  [/-[0-9a-f]{7,10}-[bcdfghjklmnpqrstvwxz2456789]{5}\b/g, "-<pod>"],
  [/\bv\d+\.\d+\.\d+\b/g, "<version>"],
  [/ {2,}/g, "  "],
];

/** Replaces variable text, so that equivalent runs give equal text. */
export function sameEverywhere(text: string): string {
  return VARIABLE.reduce((result, [what, instead]) => result.replace(what, instead), text);
}
