/** Builds the cases of a slice from their letters. */
import type { ObjectLike } from "../../rules/object";
import { asks } from "./answers";
import { ALPHABETS, type Fragment } from "./letters";
import type { Case, Slice } from "./world";

/** The cases of a slice in order: the letter of the last alphabet changes fastest. */
export class Cases {
  readonly count: number;
  readonly #objects: Side;
  readonly #olds: Side;

  constructor(private readonly slice: Slice) {
    this.#objects = new Side(slice, slice.object);
    this.#olds = new Side(slice, slice.oldObject);
    this.count = this.#objects.count * this.#olds.own;
  }

  at(index: number): Case {
    const [object, old] = this.#numbers(index);
    const hasOld = this.slice.oldObject.length > 0;
    return {
      object: this.#objects.at(object),
      ...(hasOld ? { oldObject: this.#olds.at(old) } : {}),
    };
  }

  /** Whether a letter of the case has GMSA. */
  hasGmsa(index: number): boolean {
    const [object, old] = this.#numbers(index);
    return this.#objects.hasGmsa(object) || this.#olds.hasGmsa(old);
  }

  #numbers(index: number): [number, number] {
    const object = Math.floor(index / this.#olds.own);
    const shared = Math.floor(object / this.#objects.own);
    return [object, shared * this.#olds.own + (index % this.#olds.own)];
  }
}

/** Objects or old objects, by number. A few of them are used often, and are cached. */
class Side {
  /** Total number, and number per choice of the shared letters. */
  readonly count: number;
  readonly own: number;
  readonly #alphabets: readonly (readonly Fragment[])[];
  readonly #gmsa: Uint8Array;
  readonly #seen = new Map<number, ObjectLike | undefined>();

  constructor(
    private readonly slice: Slice,
    own: readonly string[],
  ) {
    this.#alphabets = [...slice.shared, ...own].map(name => ALPHABETS[name] ?? []);
    const sizes = this.#alphabets.map(({ length }) => length);
    this.own = product(sizes.slice(slice.shared.length));
    this.count = product(sizes);
    this.#gmsa = new Uint8Array(this.count);
    const flags = this.#alphabets.map(letters =>
      letters.map(letter => asks.hasGmsa(slice, { object: compose(slice, [letter]) })),
    );
    for (let number = 0; number < this.count; number++) {
      this.#gmsa[number] = Number(chosen(flags, number).some(Boolean));
    }
  }

  hasGmsa(number: number): boolean {
    return this.#gmsa[number] === 1;
  }

  at(number: number): ObjectLike | undefined {
    if (!this.#seen.has(number)) {
      if (this.#seen.size > MOST_REMEMBERED) this.#seen.clear();
      this.#seen.set(number, compose(this.slice, chosen(this.#alphabets, number)));
    }
    return this.#seen.get(number);
  }
}

const MOST_REMEMBERED = 5000;

function product(sizes: readonly number[]): number {
  return sizes.reduce((result, size) => result * size, 1);
}

/** One letter of each alphabet, by the number of the choice. */
function chosen<T>(alphabets: readonly (readonly T[])[], number: number): T[] {
  const result: T[] = [];
  let rest = number;
  for (const letters of alphabets.toReversed()) {
    result.unshift(letters[rest % letters.length] as T);
    rest = Math.floor(rest / letters.length);
  }
  return result;
}

function compose(
  { apiVersion, kind }: Slice,
  letters: readonly Fragment[],
): ObjectLike | undefined {
  if (letters.includes(null)) return undefined;
  const [only] = letters;
  if (letters.length === 1) return { apiVersion, kind, ...only } as ObjectLike;
  const object: Record<string, unknown> = { apiVersion, kind };
  for (const letter of letters) {
    for (const [part, fields] of Object.entries(letter ?? {})) {
      object[part] = fields === null ? null : Object.assign({}, object[part], fields as object);
    }
  }
  return object as unknown as ObjectLike;
}
