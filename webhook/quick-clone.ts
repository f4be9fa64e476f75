/**
 * Pepr clones the objects of a review with ramda, which looks for each object among all of the same keys
 * before it: a Pod of 16,000 containers alike would take the only thread for ten seconds. ramda asks
 * whatever has a method `clone` for its clone instead.
 */

/** Gives an object of JSON values its own way to be cloned, which nobody sees who lists its keys. */
export function cloneQuickly(object: unknown): void {
  if (typeof object !== "object" || object === null) return;
  Object.defineProperty(object, "clone", {
    value: () => {
      const copy: unknown = structuredClone(object);
      cloneQuickly(copy);
      return copy;
    },
  });
}
