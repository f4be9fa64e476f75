/**
 * Parses JSON as it arrives and keeps the wanted fields. Dropped fields are checked like the rest but do
 * not use memory, so the size of a review does not determine the memory for it. There is no recursion,
 * and all limits are enforced before JSON.parse runs.
 *
 * JSON.parse of the kept text returns the same value as JSON.parse of the whole, without the other
 * fields. A duplicate key is refused if it is a wanted one.
 */
import { isUtf8 } from "node:buffer";

import {
  BYTE,
  FIRST_PRINTABLE,
  isEscape,
  isHex,
  isSpace,
  JsonWord,
  lengthOfEscape,
  unfinishedBytes,
  UNICODE_ESCAPE,
} from "./json-grammar";
import { Fields, type WantedFields } from "./json-fields";

/** Limits for reading. */
export interface JsonLimits {
  /** The deepest nesting of objects and lists. */
  depth: number;
  /** The most bytes of kept fields. */
  keptBytes: number;
  /** The most values in kept fields: objects, lists, strings and numbers. */
  keptValues: number;
}

/** Why reading stopped, and the path of the wanted field that contains the place. */
export interface JsonProblem {
  reason: "not JSON" | "too deep" | "too large" | "too many values" | "duplicate key";
  path: readonly string[];
}

/** The kinds of input that may come next. */
const enum Expect {
  Value,
  ValueOrEnd,
  KeyOrEnd,
  Key,
  Colon,
  CommaOrEnd,
  Text,
  Escape,
  Hex,
  Word,
}

const NOTHING = Buffer.alloc(0);
/** From this many bytes on, a call to copy them is faster than a loop. */
const LONG_TEXT = 128;

/** Reads one JSON text in chunks. */
export class JsonProjection {
  #problem: JsonProblem | undefined;
  readonly #limits: JsonLimits;
  readonly #fields: Fields;
  #expect = Expect.Value;
  #values = 0;
  /** Whether the current string is a key. */
  #isKey = false;
  #hexLeft = 0;
  readonly #word = new JsonWord();
  /** The first bytes of a character that has not fully arrived. */
  #unfinished = NOTHING;
  #chunk = NOTHING;
  #at = 0;
  #kept: Buffer = NOTHING;
  #length = 0;

  constructor(wanted: WantedFields, limits: JsonLimits) {
    this.#limits = limits;
    this.#fields = new Fields(wanted);
  }

  /** The number of bytes kept so far. */
  get keptBytes(): number {
    return this.#length;
  }

  /** Reads a chunk. Returns a problem if the text is refused; do not write more chunks then. */
  write(chunk: Buffer): JsonProblem | undefined {
    const whole = this.#unfinished.length === 0 ? chunk : Buffer.concat([this.#unfinished, chunk]);
    const length = whole.length - unfinishedBytes(whole);
    this.#unfinished = Buffer.from(whole.subarray(length));
    this.#chunk = whole.subarray(0, length);
    if (!isUtf8(this.#chunk)) this.#fail("not JSON");
    this.#makeRoom();
    this.#at = 0;
    while (this.#at < length && this.#problem === undefined) this.#step();
    this.#chunk = NOTHING;
    if (this.#length > this.#limits.keptBytes) this.#fail("too large");
    return this.#problem;
  }

  /** Returns the text of the kept fields after all chunks were written, or a problem. */
  end(): string | JsonProblem {
    if (!this.#isWhole()) this.#fail("not JSON");
    return this.#problem ?? this.#kept.toString("utf8", 0, this.#length);
  }

  #isWhole(): boolean {
    if (this.#unfinished.length > 0 || this.#fields.depth > 0) return false;
    return this.#expect === Expect.Word ? this.#word.isWhole : this.#expect === Expect.CommaOrEnd;
  }

  /** Makes room for the whole chunk, so that other methods need not check. */
  #makeRoom(): void {
    // The comma before a member may have been in the previous chunk.
    const needed = this.#length + this.#chunk.length + 1;
    if (needed <= this.#kept.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#length));
    this.#kept.copy(larger, 0, 0, this.#length);
    this.#kept = larger;
  }

  #step(): void {
    if (this.#expect === Expect.Text) {
      this.#text();
      return;
    }
    const byte = this.#chunk[this.#at] ?? 0;
    if (this.#expect < Expect.Text) {
      if (isSpace(byte)) this.#at++;
      else this.#structure(byte);
    } else {
      this.#withinScalar(byte);
    }
  }

  #structure(byte: number): void {
    const expect = this.#expect;
    if (expect === Expect.CommaOrEnd) {
      this.#commaOrEnd(byte);
    } else if (expect === Expect.Colon) {
      this.#take(byte, byte === BYTE.colon, Expect.Value);
    } else if (expect === Expect.Key || expect === Expect.KeyOrEnd) {
      if (byte === BYTE.closeObject && expect === Expect.KeyOrEnd) this.#close(byte);
      else this.#key(byte);
    } else if (byte === BYTE.closeList && expect === Expect.ValueOrEnd) {
      this.#close(byte);
    } else {
      this.#value(byte);
    }
  }

  #withinScalar(byte: number): void {
    if (this.#expect === Expect.Escape) {
      this.#hexLeft = 4;
      this.#take(byte, isEscape(byte), byte === UNICODE_ESCAPE ? Expect.Hex : Expect.Text);
    } else if (this.#expect === Expect.Hex) {
      this.#take(byte, isHex(byte), --this.#hexLeft === 0 ? Expect.Text : Expect.Hex);
    } else if (this.#word.goOn(byte)) {
      this.#take(byte, true, Expect.Word);
    } else if (this.#word.isWhole) {
      this.#valueEnds();
    } else {
      this.#fail("not JSON");
    }
  }

  /** Keeps a byte if it is valid at this position. */
  #take(byte: number, fits: boolean, next: Expect): void {
    if (!fits) {
      this.#fail("not JSON");
      return;
    }
    this.#keep(byte);
    this.#at++;
    this.#expect = next;
  }

  #keep(byte: number): void {
    if (!this.#fields.isDropping) this.#kept[this.#length++] = byte;
  }

  #value(byte: number): void {
    if (!this.#fields.isDropping && ++this.#values > this.#limits.keptValues) {
      this.#fail("too many values");
    }
    if (byte === BYTE.quote) {
      this.#isKey = false;
      this.#take(byte, true, Expect.Text);
    } else if (byte === BYTE.openObject) {
      this.#open(byte, Expect.KeyOrEnd);
    } else if (byte === BYTE.openList) {
      this.#open(byte, Expect.ValueOrEnd);
    } else {
      this.#take(byte, this.#word.begin(byte), Expect.Word);
    }
  }

  #open(byte: number, next: Expect): void {
    if (this.#fields.depth === this.#limits.depth) {
      this.#fail("too deep");
      return;
    }
    this.#take(byte, true, next);
    this.#fields.open(byte === BYTE.openList);
  }

  #key(byte: number): void {
    if (byte !== BYTE.quote) {
      this.#fail("not JSON");
      return;
    }
    this.#fields.keyStart = this.#length;
    // The comma between two members is written with the second one, because that one may be dropped.
    if (this.#fields.needsComma) this.#keep(BYTE.comma);
    this.#isKey = true;
    this.#take(byte, true, Expect.Text);
  }

  /** Reads the current string up to its end, or that of the chunk. */
  #text(): void {
    const end = endOfText(this.#chunk, this.#at);
    if (!this.#fields.isDropping) this.#copy(end);
    this.#at = end;
    if (end < this.#chunk.length) this.#textStops(this.#chunk[end] ?? 0);
  }

  #copy(end: number): void {
    if (end - this.#at > LONG_TEXT) {
      this.#length += this.#chunk.copy(this.#kept, this.#length, this.#at, end);
      return;
    }
    const chunk = this.#chunk;
    const kept = this.#kept;
    let length = this.#length;
    for (let at = this.#at; at < end; at++) kept[length++] = chunk[at] ?? 0;
    this.#length = length;
  }

  #textStops(byte: number): void {
    if (byte === BYTE.backslash) {
      this.#take(byte, true, Expect.Escape);
      return;
    }
    this.#take(byte, byte === BYTE.quote, this.#isKey ? Expect.Colon : Expect.CommaOrEnd);
    if (this.#problem !== undefined) return;
    if (this.#isKey) this.#keyEnds();
    else this.#valueEnds();
  }

  #keyEnds(): void {
    const outcome = this.#fields.keyEnds(this.#kept, this.#length);
    if (outcome === "duplicate") this.#fail("duplicate key");
    else if (outcome === "dropped") this.#length = this.#fields.keyStart;
  }

  #valueEnds(): void {
    this.#expect = Expect.CommaOrEnd;
    this.#fields.valueEnds();
  }

  #commaOrEnd(byte: number): void {
    if (this.#fields.depth === 0) {
      this.#fail("not JSON");
    } else if (byte === BYTE.comma) {
      this.#comma();
    } else {
      const end = this.#fields.isList ? BYTE.closeList : BYTE.closeObject;
      if (byte === end) this.#close(byte);
      else this.#fail("not JSON");
    }
  }

  #comma(): void {
    const { isList } = this.#fields;
    if (isList) this.#keep(BYTE.comma);
    this.#at++;
    this.#expect = isList ? Expect.Value : Expect.Key;
  }

  #close(byte: number): void {
    this.#fields.close();
    this.#take(byte, true, Expect.CommaOrEnd);
    this.#valueEnds();
  }

  #fail(reason: JsonProblem["reason"]): void {
    this.#problem ??= { reason, path: this.#fields.path };
  }
}

/**
 * Returns the index of the first byte that ends a string or is not allowed in one, or of an escape that
 * is not allowed or not complete in this chunk.
 */
function endOfText(chunk: Buffer, from: number): number {
  for (let at = from; at < chunk.length; ) {
    const byte = chunk[at] ?? 0;
    if (byte === BYTE.backslash) {
      const length = lengthOfEscape(chunk, at);
      if (length === 0) return at;
      at += length;
    } else if (byte === BYTE.quote || byte < FIRST_PRINTABLE) {
      return at;
    } else {
      at++;
    }
  }
  return chunk.length;
}
