/** Where in a JSON text a reader is, and which of its fields are wanted there. */
import type { Kept, KeptFields } from "./kept-fields";

/** The wanted fields of an object, as they are looked up. */
export interface WantedFields {
  readonly byKey: ReadonlyMap<string, WantedField>;
  readonly byPattern: readonly WantedPattern[];
}

interface WantedField {
  name: string;
  /** A bit of its own among the fields of its object; 0 for a pattern, which may come again. */
  bit: number;
  wanted: Wanted;
}

/** Of keys with this beginning and this end. */
interface WantedPattern extends WantedField {
  beginning: string;
  end: string;
}

/** `true`: all of it; undefined: none of it. */
type Wanted = WantedFields | true | undefined;

/** An object or a list that has begun. */
interface Frame {
  isList: boolean;
  wanted: Wanted;
  /** Whether a member has been kept: the next one comes after a comma. */
  hasMember: boolean;
  /** The bits of the wanted fields that have come. */
  seen: number;
  /** The wanted field that is being read. */
  name: string | undefined;
}

/** What becomes of a member whose key has been read. */
export type KeyOutcome = "kept" | "dropped" | "duplicate";

/** Bits of a number. */
const MOST_FIELDS = 31;

/**
 * Prepares fields for looking them up.
 *
 * @throws Error if an object has more fields than bits can mark as seen.
 */
export function wantedFields(kept: KeptFields): WantedFields {
  return prepared(kept, new Map());
}

/** @param known what is prepared already, or is about to be: fields may lead back to themselves. */
function prepared(kept: KeptFields, known: Map<KeptFields, WantedFields>): WantedFields {
  const before = known.get(kept);
  if (before !== undefined) return before;
  const byKey = new Map<string, WantedField>();
  const byPattern: WantedPattern[] = [];
  const wanted = { byKey, byPattern };
  known.set(kept, wanted);
  for (const [index, [name, each]] of Object.entries(kept).entries()) {
    if (index >= MOST_FIELDS) throw new Error(`more than ${MOST_FIELDS} fields beside ${name}`);
    const bit = name.includes("*") ? 0 : 1 << index;
    const field = { name, bit, wanted: wantedOf(each, known) };
    byKey.set(name, field);
    if (bit === 0) byPattern.push(patternOf(field));
  }
  return wanted;
}

function patternOf(field: WantedField): WantedPattern {
  const [beginning = "", end = ""] = field.name.split("*");
  return { ...field, beginning, end };
}

function wantedOf(kept: Kept, known: Map<KeptFields, WantedFields>): Wanted {
  if (typeof kept === "boolean") return kept || undefined;
  return prepared(kept, known);
}

/** Follows a reader through objects and lists. Asked for every byte: its state lies open. */
export class Fields {
  depth = 0;
  /** Whether what is being read is not wanted. */
  isDropping = false;
  isList = false;
  /** Where the member was written whose key has been read. */
  keyStart = 0;
  readonly #frames: Frame[] = [];
  #frame: Frame;
  /** Of the value that comes next. */
  #wanted: Wanted;
  #dropDepth = 0;

  constructor(wanted: WantedFields) {
    this.#wanted = wanted;
    this.#frame = { isList: false, wanted, hasMember: false, seen: 0, name: undefined };
    this.#frames.push(this.#frame);
  }

  get needsComma(): boolean {
    return this.#frame.hasMember;
  }

  /** The wanted fields that lead here. */
  get path(): string[] {
    return this.#frames.flatMap(({ name }) => name ?? []);
  }

  open(isList: boolean): void {
    const wanted = this.isDropping ? undefined : this.#wanted;
    this.#frame = { isList, wanted, hasMember: false, seen: 0, name: undefined };
    this.#frames.push(this.#frame);
    this.depth++;
    this.isList = isList;
  }

  close(): void {
    this.#frames.pop();
    this.depth--;
    this.#frame = this.#frames[this.depth] ?? this.#frame;
    this.isList = this.#frame.isList;
  }

  /** @param kept what is kept so far; the key is the last of it. */
  keyEnds(kept: Buffer, length: number): KeyOutcome {
    const frame = this.#frame;
    if (this.isDropping) return "kept";
    if (frame.wanted === true) {
      frame.hasMember = true;
      this.#wanted = true;
      return "kept";
    }
    const start = this.keyStart + (frame.hasMember ? 2 : 1);
    return this.#choose(frame, findField(frame.wanted, keyOf(kept, start, length - 1)));
  }

  valueEnds(): void {
    if (this.isDropping && this.depth === this.#dropDepth) this.isDropping = false;
    if (this.isList) this.#wanted = this.#frame.wanted;
  }

  #choose(frame: Frame, field: WantedField | undefined): KeyOutcome {
    // A pattern names no field: the path ends at the object that has it.
    frame.name = field?.bit === 0 ? undefined : field?.name;
    if (field?.wanted === undefined) {
      this.isDropping = true;
      this.#dropDepth = this.depth;
      return "dropped";
    }
    if ((frame.seen & field.bit) !== 0) return "duplicate";
    frame.seen |= field.bit;
    frame.hasMember = true;
    this.#wanted = field.wanted;
    return "kept";
  }
}

function findField(fields: WantedFields | undefined, key: string): WantedField | undefined {
  return (
    fields?.byKey.get(key) ??
    fields?.byPattern.find(
      ({ beginning, end }) =>
        key.length >= beginning.length + end.length &&
        key.startsWith(beginning) &&
        key.endsWith(end),
    )
  );
}

/** The key between two quotes. No wanted one has other characters than those of ASCII. */
function keyOf(kept: Buffer, start: number, end: number): string {
  const written = kept.toString("latin1", start, end);
  if (!written.includes("\\")) return written;
  return JSON.parse(`"${kept.toString("utf8", start, end)}"`) as string;
}
