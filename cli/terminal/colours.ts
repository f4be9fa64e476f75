import pc from "picocolors";

/** Functions that colour a text, or leave it as it is. */
export type Colours = ReturnType<typeof pc.createColors>;

/** When to colour, as `ls` and `grep` have it. */
export const COLOUR_MODES = ["auto", "always", "never"] as const;
export type ColourMode = (typeof COLOUR_MODES)[number];

/** What the user has chosen, once for the process. */
let mode: ColourMode = "auto";

/** Takes what is chosen for all colours from here on. */
export function chooseColours(chosen: ColourMode): void {
  mode = chosen;
}

/**
 * Colours for what is written to a stream. Unless the user has chosen: only where it is a terminal, and
 * NO_COLOR is not set.
 *
 * @param stream Node.js leaves `isTTY` out where there is no terminal.
 */
export function coloursFor(stream: { isTTY?: boolean }): Colours {
  const isWanted = stream.isTTY === true && pc.isColorSupported;
  return pc.createColors(mode === "always" || (mode === "auto" && isWanted));
}
