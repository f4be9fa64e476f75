/**
 * Warnings as the API server passes them on: it shortens each one to 256 characters once all of a
 * request together have more than 4096 (apiserver/pkg/endpoints/filters/warning.go), and half a
 * sentence helps nobody.
 */
const MOST_CHARACTERS = 4096;
/** For the sentence that says how many were left out. */
const RESERVED = 100;

/** As many of the sentences as are passed on whole, and how many there are beside them. */
export function kubectlWarnings(sentences: readonly string[]): string[] {
  const distinct = [...new Set(sentences)];
  let left = MOST_CHARACTERS - RESERVED;
  const count = distinct.findIndex(sentence => (left -= Array.from(sentence).length) < 0);
  if (count < 0) {
    return distinct;
  }
  return [...distinct.slice(0, count), `and ${distinct.length - count} more warnings like these`];
}
