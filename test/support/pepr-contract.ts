/** Tests of what this project assumes of Pepr, each of which names its assumption when it fails. */

/** Where docs/contributing/pepr-upgrade.md explains an assumption. */
const PAGE = "docs/contributing/pepr-upgrade.md";
/** Milliseconds after which what a contract waits for does not come; below jest's own limit. */
const LONGEST = 45_000;

/**
 * A test of one assumption.
 *
 * @param assumption what Pepr does, as in "listens on port 3000"; the page explains it in these words.
 * @param anchor the page's section.
 * @param holds rejects or throws if Pepr does something else.
 */
export function contract(
  assumption: string,
  anchor: string,
  holds: () => void | Promise<void>,
): void {
  test(`Pepr ${assumption}`, async () => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`nothing within ${LONGEST / 1000} s`));
      }, LONGEST);
    });
    try {
      await Promise.race([holds(), late]);
    } catch (error) {
      const found = error instanceof Error ? error.message : String(error);
      throw new Error(`Pepr no longer ${assumption}: see ${PAGE}#${anchor}\n\n${found}`, {
        cause: error,
      });
    } finally {
      clearTimeout(timer);
    }
  });
}
