/**
 * Decodes text from PowerShell and other sources.
 *
 * Windows PowerShell writes UTF-16 with a byte order mark (`>`, Out-File) or UTF-8 with one (-Encoding utf8).
 * A copy may have lost the mark.
 */
import { TextDecoder } from "node:util";

import { Failure } from "../terminal/failure";

/** A text with its source. */
export interface TextFile {
  /** The path as the user gave it, or `stdin`. */
  name: string;
  text: string;
  /** Another program writes the text: it comes from stdin or a pipe. */
  isPiped?: boolean;
  /** The source, if it is not a writable file. */
  origin?: "stdin" | "kustomization" | "url";
}

/** Bytes that are not text. */
export class UndecodableText extends Failure {}

const ENCODINGS = ["utf-8", "utf-16le", "utf-16be"] as const;
/** The byte order mark as a character. */
const MARK = "\uFEFF";
type Encoding = (typeof ENCODINGS)[number];

/** Shared, because creating a decoder takes longer than decoding a file. */
const DECODERS = Object.fromEntries(
  ENCODINGS.map(encoding => [encoding, new TextDecoder(encoding, { fatal: true })]),
) as Record<Encoding, TextDecoder>;

/**
 * Decodes bytes, and removes the byte order mark.
 *
 * @throws UndecodableText if they are neither UTF-8 nor UTF-16.
 */
export function decodeText(name: string, bytes: Uint8Array): TextFile {
  const encoding = encodingOf(bytes);
  try {
    return { name, text: DECODERS[encoding].decode(bytes) };
  } catch {
    throw new UndecodableText(
      `${name} is not text: its bytes are not ${encoding.toUpperCase()}`,
      "Save it as UTF-8, or as UTF-16 with a byte order mark, as PowerShell does.",
    );
  }
}

/** Encodes a text like these bytes, with a byte order mark if they have one. */
export function encodedAs(bytes: Uint8Array, text: string): Buffer {
  const encoding = encodingOf(bytes);
  const hasMark = new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes).startsWith(MARK);
  const whole = `${hasMark ? MARK : ""}${text}`;
  if (encoding === "utf-8") return Buffer.from(whole);
  const little = Buffer.from(whole, "utf16le");
  return encoding === "utf-16le" ? little : little.swap16();
}

/** Manifests and JSON begin with ASCII, so a zero among the first two bytes means UTF-16. */
function encodingOf([first, second]: Uint8Array): Encoding {
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0)) return "utf-16le";
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0)) return "utf-16be";
  return "utf-8";
}
