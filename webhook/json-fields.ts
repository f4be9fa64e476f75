/** Tracks the position of a reader in a JSON text, and which fields are wanted there. */
import type { Kept, KeptFields } from "./kept-fields";

/** The wanted fields of an object, prepared for lookup. */
export interface WantedFields {
  readonly byKey: ReadonlyMap<string, WantedField>;
  readonly byPattern: readonly WantedPattern[];
}

interface WantedField {
  name: string;
  /**
   * A bit that is unique among the fields of the object; 0 for a pattern, which may match several keys.
   */
  bit: number;
  wanted: Wanted;
}

/** Matches keys with this prefix and suffix. */
interface WantedPattern extends WantedField {
  beginning: string;
  end: string;
}

/** `true` keeps the whole value, and undefined drops it. */
type Wanted = WantedFields | true | undefined;

/** An object or a list that has begun but not ended. */
interface Frame {
  isList: boolean;
  wanted: Wanted;
  /** Whether a member has been kept, so that the next one needs a comma. */
  hasMember: boolean;
  /** The bits of the wanted fields that have been read. */
  seen: number;
  /** The wanted field that is being read. */
  name: string | undefined;
}

/** The decision on a member after its key has been read. */
export type KeyOutcome = "kept" | "dropped" | "duplicate";

/** The number of bits that a number can hold. */
const MOST_FIELDS = 31;

/**
 * Prepares fields for lookup.
 *
 * @throws Error if an object has more fields than there are bits.
 */
export function wantedFields(kept: KeptFields): WantedFields {
  return prepared(kept, new Map());
}

/**
 * @param known the fields that are already prepared or are being prepared, because fields may be
 *   recursive.
 */
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

/** Follows a reader through objects and lists. Its state is public because it is read for every byte. */
export class Fields {
  depth = 0;
  /** Whether the current value is not wanted. */
  isDropping = false;
  isList = false;
  /** The position in the kept bytes at which the current member begins. */
  keyStart = 0;
  readonly #frames: Frame[] = [];
  #frame: Frame;
  /** The wanted fields of the next value. */
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

  /** The wanted fields that lead to this position. */
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

  /** @param kept the bytes kept so far. They end with the key. */
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
    // A pattern does not name a field, so the path ends at the object that has it.
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

/** Decodes the key between two quotes. Wanted keys contain only ASCII characters. */
function keyOf(kept: Buffer, start: number, end: number): string {
  const written = kept.toString("latin1", start, end);
  if (!written.includes("\\")) return written;
  return JSON.parse(`"${kept.toString("utf8", start, end)}"`) as string;
}
