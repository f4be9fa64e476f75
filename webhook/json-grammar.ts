/** Tables for the grammar of JSON. Source: RFC 8259 */

/** The bytes with a meaning outside of strings. */
export const BYTE = {
  quote: 0x22,
  comma: 0x2c,
  colon: 0x3a,
  openList: 0x5b,
  backslash: 0x5c,
  closeList: 0x5d,
  openObject: 0x7b,
  closeObject: 0x7d,
} as const;

/** The first byte that may appear unescaped in a string. */
export const FIRST_PRINTABLE = 0x20;

export function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** The bytes that may follow a backslash, including `u`. */
const ESCAPES = new Set(Buffer.from('"\\/bfnrtu'));
export const UNICODE_ESCAPE = 0x75;

export function isEscape(byte: number): boolean {
  return ESCAPES.has(byte);
}

/** 1 for each byte that is a hexadecimal digit. Go sends most of a text as escapes if it is made of `<`. */
const HEX = new Uint8Array(256);
for (const digit of Buffer.from("0123456789abcdefABCDEF")) HEX[digit] = 1;

export function isHex(byte: number): boolean {
  return HEX[byte] === 1;
}

/** Returns the bytes of the escape at this backslash; 0 if it is not a whole, valid escape. */
export function lengthOfEscape(chunk: Buffer, at: number): number {
  const kind = chunk[at + 1] ?? 0;
  if (kind !== UNICODE_ESCAPE) return isEscape(kind) ? 2 : 0;
  for (let digit = at + 2; digit < at + 6; digit++) if (!isHex(chunk[digit] ?? 0)) return 0;
  return 6;
}

/** The position within a number. */
type NumberPart = "sign" | "zero" | "digits" | "point" | "fraction" | "e" | "eSign" | "exponent";

const DIGIT = "0123456789";

/** The bytes that may come next in a number, with the resulting position. */
const NEXT: Readonly<Record<NumberPart, readonly [bytes: string, part: NumberPart][]>> = {
  sign: [
    ["0", "zero"],
    ["123456789", "digits"],
  ],
  zero: [
    [".", "point"],
    ["eE", "e"],
  ],
  digits: [
    [DIGIT, "digits"],
    [".", "point"],
    ["eE", "e"],
  ],
  point: [[DIGIT, "fraction"]],
  fraction: [
    [DIGIT, "fraction"],
    ["eE", "e"],
  ],
  e: [
    ["+-", "eSign"],
    [DIGIT, "exponent"],
  ],
  eSign: [[DIGIT, "exponent"]],
  exponent: [[DIGIT, "exponent"]],
};
const PARTS = Object.keys(NEXT) as NumberPart[];
const WHOLE: readonly NumberPart[] = ["zero", "digits", "fraction", "exponent"];
/** Marks in NUMBER_STEPS a byte that is not part of the number. */
const NUMBER_ENDS = 255;

/** Indexed by 256 x part + byte. The value is the index of the next part. */
const NUMBER_STEPS = new Uint8Array(PARTS.length * 256).fill(NUMBER_ENDS);
PARTS.forEach((part, index) => {
  for (const [bytes, next] of NEXT[part]) {
    for (const byte of Buffer.from(bytes)) {
      NUMBER_STEPS[index * 256 + byte] = PARTS.indexOf(next);
    }
  }
});

const SIGN = PARTS.indexOf("sign");
const MINUS = 0x2d;

/** The bytes after the first letter of `true`, `false` and `null`. */
const LITERALS: Readonly<Record<number, Buffer>> = {
  0x74: Buffer.from("rue"),
  0x66: Buffer.from("alse"),
  0x6e: Buffer.from("ull"),
};
const NO_LETTERS = Buffer.alloc(0);

/** Reads a number or one of the three literals. */
export class JsonWord {
  /** Undefined in a literal. */
  #part: number | undefined;
  #letters = NO_LETTERS;
  #at = 0;

  /** Whether a number or literal can begin with this byte. */
  begin(byte: number): boolean {
    const first = byte === MINUS ? SIGN : NUMBER_STEPS[SIGN * 256 + byte];
    this.#part = first === NUMBER_ENDS ? undefined : first;
    this.#letters = LITERALS[byte] ?? NO_LETTERS;
    this.#at = 0;
    return this.#part !== undefined || this.#letters.length > 0;
  }

  /** Whether it can continue with this byte. */
  goOn(byte: number): boolean {
    if (this.#part === undefined) {
      const fits = byte === this.#letters[this.#at];
      if (fits) this.#at++;
      return fits;
    }
    const next = NUMBER_STEPS[this.#part * 256 + byte] ?? NUMBER_ENDS;
    if (next === NUMBER_ENDS) return false;
    this.#part = next;
    return true;
  }

  /** Whether it can end here. */
  get isWhole(): boolean {
    if (this.#part === undefined) return this.#at === this.#letters.length;
    const name = PARTS[this.#part];
    return name !== undefined && WHOLE.includes(name);
  }
}

/**
 * Returns the number of bytes at the end of a chunk that begin a character which continues in the next
 * chunk.
 */
export function unfinishedBytes(chunk: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, chunk.length); back++) {
    const byte = chunk[chunk.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return lengthOfCharacter(byte) > back ? back : 0;
  }
  return 0;
}

function lengthOfCharacter(first: number): number {
  if (first >= 0xf0) return 4;
  return first >= 0xe0 ? 3 : 2;
}
