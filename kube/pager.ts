import { ApiException } from "@kubernetes/client-node";

/** The number of objects in one page, as in kubectl. */
const PAGE = 500;
/** The token is of a list that has expired. */
const GONE = 410;

/** The part of a list to read. */
export interface PageRequest {
  /** The most objects; all of them if omitted. */
  limit?: number;
  /** The token from the previous page; absent for the first one. */
  _continue?: string;
}

/** A page, typed or as decoded. */
interface Page<Item> {
  items: Item[];
  metadata?: { _continue?: string; continue?: string };
}

/**
 * Reads a whole list page by page, so that no response is too large for the API server or this process.
 *
 * @param readPage reads one page.
 * @param keep returns the part of an object to keep, or undefined to skip it.
 */
export async function listAllPages<Item, Kept>(
  readPage: (request: PageRequest) => Promise<Page<Item>>,
  keep: (item: Item) => Kept | undefined,
): Promise<Kept[]> {
  const kept: Kept[] = [];
  let request: PageRequest = { limit: PAGE };
  for (;;) {
    const page = await readPage(request).catch(async (error: unknown) => {
      if (!(error instanceof ApiException && error.code === GONE)) throw error;
      // The list expired. Read it in one response, as client-go's pager does.
      kept.length = 0;
      return readPage({});
    });
    for (const item of page.items) {
      const part = keep(item);
      if (part !== undefined) {
        kept.push(part);
      }
    }
    const next = page.metadata?._continue ?? page.metadata?.continue ?? "";
    if (next === "") return kept;
    request = { limit: PAGE, _continue: next };
  }
}
