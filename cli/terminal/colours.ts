import pc from "picocolors";

/** Functions that colour a text, or leave it as it is. */
export type Colours = ReturnType<typeof pc.createColors>;

/**
 * Colours for what is written to a stream: only where it is a terminal, and NO_COLOR is not set.
 *
 * @param stream Node.js leaves `isTTY` out where there is no terminal.
 */
export function coloursFor(stream: { isTTY?: boolean }): Colours {
  return pc.createColors(stream.isTTY === true && pc.isColorSupported);
}
