/** Whether a word is near to another, so that the other was probably meant. */
import { distance } from "fastest-levenshtein";

/** The most letters that a near word may have more or less; no known word has a separator in it. */
const MOST_OTHERS = 4;

/** Letters and digits alone, in lower case: `GMSA_Credential-Spec` and gmsaCredentialSpec are one. */
export function plainWord(word: string): string {
  return word.toLowerCase().replace(/[^a-z0-9]/g, "");
}

/** How many letters of a word may be other ones. */
function tolerance(word: string): number {
  if (word.length >= 9) return 2;
  return word.length >= 5 ? 1 : 0;
}

/** Whether two words are one but for their case, their separators or a letter or two. */
export function isNear(word: string, meant: string): boolean {
  const [left, right] = [plainWord(word), plainWord(meant)];
  return left === right || distance(left, right) <= tolerance(right);
}

/** Whether a word can mean this one alone of those that are known. */
export function isOnlyNear(word: string, meant: string, known: readonly string[]): boolean {
  const isSame = plainWord(word) === plainWord(meant);
  return isSame || !known.some(each => each !== meant && isNear(word, each));
}

/** Words of before, by the list that they were held against: manifests say the same again and again. */
const asked = new WeakMap<readonly string[], Map<string, string | undefined>>();
/** Of one list; then they are forgotten. */
const MOST_WORDS = 10_000;

/**
 * The known word that was probably meant; undefined where it is known itself, or near to none.
 *
 * @param known a constant: what was found is kept for it.
 */
export function nearest(word: string, known: readonly string[]): string | undefined {
  let answers = asked.get(known);
  if (answers === undefined || answers.size === MOST_WORDS) {
    answers = new Map();
    asked.set(known, answers);
  }
  if (!answers.has(word)) answers.set(word, known.includes(word) ? undefined : look(word, known));
  return answers.get(word);
}

function look(word: string, known: readonly string[]): string | undefined {
  const plain = plainWord(word);
  // Most words are far too short or long for a look at their letters.
  if (!known.some(each => Math.abs(each.length - plain.length) <= MOST_OTHERS)) return undefined;
  return (
    known.find(each => plainWord(each) === plain) ??
    known
      .filter(each => isNear(word, each))
      .sort((a, b) => distance(plain, plainWord(a)) - distance(plain, plainWord(b)))[0]
  );
}
