import pc from "picocolors";

/** Functions that colour a text, or return it unchanged. */
export type Colours = ReturnType<typeof pc.createColors>;

/** When to colour the output, with the values of `ls` and `grep`. */
export const COLOUR_MODES = ["auto", "always", "never"] as const;
export type ColourMode = (typeof COLOUR_MODES)[number];

/** The user's choice, kept for the whole process. */
let mode: ColourMode = "auto";

/** Sets the colour mode of all later output. */
export function chooseColours(chosen: ColourMode): void {
  mode = chosen;
}

/**
 * Colours for text that is written to a stream. By default only a terminal gets colours, and only if NO_COLOR
 * is not set.
 *
 * @param stream Node.js omits `isTTY` if the stream is not a terminal.
 */
export function coloursFor(stream: { isTTY?: boolean }): Colours {
  const isWanted = stream.isTTY === true && pc.isColorSupported;
  return pc.createColors(mode === "always" || (mode === "auto" && isWanted));
}
