/** Finds the known word that a misspelt word was probably meant to be. */
import { distance } from "fastest-levenshtein";

/** The largest difference in length between two near words. Known words do not contain separators. */
const MOST_OTHERS = 4;

/**
 * Keeps letters and digits only, in lower case. `GMSA_Credential-Spec` and gmsaCredentialSpec become the
 * same word.
 */
export function plainWord(word: string): string {
  return word.toLowerCase().replace(/[^a-z0-9]/g, "");
}

/** How many letters of a word may differ. Longer words may differ in more. */
function tolerance(word: string): number {
  if (word.length >= 9) return 2;
  return word.length >= 5 ? 1 : 0;
}

/** Whether two words are equal except for case, separators, or one or two letters. */
export function isNear(word: string, meant: string): boolean {
  const [left, right] = [plainWord(word), plainWord(meant)];
  return distance(left, right) <= tolerance(right);
}

/** Whether `meant` is the only known word that `word` is near to. */
export function isOnlyNear(word: string, meant: string, known: readonly string[]): boolean {
  const isSame = plainWord(word) === plainWord(meant);
  return isSame || !known.some(each => each !== meant && isNear(word, each));
}

/** An unknown key of an object that resembles a known one. */
export interface MisspeltKey {
  key: string;
  meant: string;
  /** Whether it can be renamed: the object lacks the meant key, and no other is as near. */
  isFree: boolean;
}

/** @param known must be a constant, as for `nearest`. */
export function misspeltKeys(object: object, known: readonly string[]): MisspeltKey[] {
  return Object.keys(object).flatMap(key => {
    const meant = nearest(key, known);
    if (meant === undefined) return [];
    return { key, meant, isFree: !(meant in object) && isOnlyNear(key, meant, known) };
  });
}

/** Caches earlier answers by the list of known words, because manifests repeat the same words. */
const asked = new WeakMap<readonly string[], Map<string, string | undefined>>();
/** The most cached words for each list. When the cache is full, it is cleared. */
const MOST_WORDS = 10_000;

/**
 * The known word that was probably meant; undefined if the word is itself known, or is not near to any.
 *
 * @param known must be a constant, because answers are cached for it.
 */
export function nearest(word: string, known: readonly string[]): string | undefined {
  let answers = asked.get(known);
  if (answers === undefined || answers.size === MOST_WORDS) {
    answers = new Map();
    asked.set(known, answers);
  }
  const earlier = answers.get(word);
  if (earlier !== undefined || answers.has(word)) return earlier;
  const answer = known.includes(word) ? undefined : look(word, known);
  answers.set(word, answer);
  return answer;
}

function look(word: string, known: readonly string[]): string | undefined {
  const plain = plainWord(word);
  // Most words are too short or too long to be near, so their letters need not be compared.
  if (!known.some(each => Math.abs(each.length - plain.length) <= MOST_OTHERS)) return undefined;
  return known
    .filter(each => isNear(word, each))
    .sort((a, b) => distance(plain, plainWord(a)) - distance(plain, plainWord(b)))[0];
}
