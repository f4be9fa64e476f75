/** Tests of this project's assumptions about Pepr. Each names its assumption when it fails. */

/** The page that explains the assumptions. */
const PAGE = "docs/contributing/pepr-upgrade.md";
/** Milliseconds that a contract may wait; less than Jest's own timeout. */
const LONGEST = 45_000;

/**
 * A test of one assumption.
 *
 * @param assumption what Pepr does, as in "listens on port 3000"; the page explains it in these
 * words.
 * @param anchor the page's section.
 * @param holds rejects or throws if Pepr behaves differently.
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
