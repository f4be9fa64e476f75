/**
 * Reads JSON as it arrives and keeps the fields that are wanted. What is dropped is checked like the
 * rest, and costs no memory: a review's size is no measure of what it takes to answer it. There is no
 * recursion, and every limit holds before JSON.parse sees anything.
 *
 * JSON.parse of what is kept gives what JSON.parse of the whole would give, without the other fields;
 * the same key twice in one object is refused where it is one that is wanted.
 */
import { isUtf8 } from "node:buffer";

import {
  BYTE,
  FIRST_PRINTABLE,
  isEscape,
  isHex,
  isSpace,
  JsonWord,
  unfinishedBytes,
  UNICODE_ESCAPE,
} from "./json-grammar";
import { Fields, type WantedFields } from "./json-fields";

/** What may be read. */
export interface JsonLimits {
  /** Objects and lists within each other. */
  depth: number;
  /** Bytes of the fields that are kept. */
  keptBytes: number;
  /** Values in the fields that are kept: objects, lists, texts, numbers. */
  keptValues: number;
}

/** Why reading has ended; with the path of the wanted field that holds the place. */
export interface JsonProblem {
  reason: "not JSON" | "too deep" | "too large" | "too many values" | "duplicate key";
  path: readonly string[];
}

/** What is expected at the next byte. */
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
/** Bytes from which a call to copy them is worth it. */
const LONG_TEXT = 128;

/** Reads one JSON text, chunk by chunk. */
export class JsonProjection {
  #problem: JsonProblem | undefined;
  readonly #limits: JsonLimits;
  readonly #fields: Fields;
  #expect = Expect.Value;
  #values = 0;
  /** Of the text that is being read. */
  #isKey = false;
  #hexLeft = 0;
  readonly #word = new JsonWord();
  /** The beginning of a character whose end has not arrived. */
  #unfinished = NOTHING;
  #chunk = NOTHING;
  #at = 0;
  #kept: Buffer = NOTHING;
  #length = 0;

  constructor(wanted: WantedFields, limits: JsonLimits) {
    this.#limits = limits;
    this.#fields = new Fields(wanted);
  }

  /** How many bytes are kept so far. */
  get keptBytes(): number {
    return this.#length;
  }

  /** Reads on; returns why that is of no use, if it is not. Nothing is to be written then. */
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

  /** The text of what is kept, once everything has been written; or why there is none. */
  end(): string | JsonProblem {
    if (!this.#isWhole()) this.#fail("not JSON");
    return this.#problem ?? this.#kept.toString("utf8", 0, this.#length);
  }

  #isWhole(): boolean {
    if (this.#unfinished.length > 0 || this.#fields.depth > 0) return false;
    return this.#expect === Expect.Word ? this.#word.isWhole : this.#expect === Expect.CommaOrEnd;
  }

  /** For all of the chunk, and so that nothing else has to ask. */
  #makeRoom(): void {
    // The comma before a member may have come with the chunk before.
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

  /** Keeps a byte that is where it belongs. */
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
    // Commas between members are written with the member after them, as there is one only then.
    if (this.#fields.needsComma) this.#keep(BYTE.comma);
    this.#isKey = true;
    this.#take(byte, true, Expect.Text);
  }

  /** All of a text that is in this chunk, up to its end or an escape. */
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

/** Where a text ends, is escaped, or has what cannot be in one. */
function endOfText(chunk: Buffer, from: number): number {
  let at = from;
  for (; at < chunk.length; at++) {
    const byte = chunk[at] ?? 0;
    if (byte === BYTE.quote || byte === BYTE.backslash || byte < FIRST_PRINTABLE) break;
  }
  return at;
}
