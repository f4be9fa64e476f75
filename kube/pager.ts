import { ApiException } from "@kubernetes/client-node";

/** Objects in one answer; as many as kubectl asks for. */
const PAGE = 500;
/** The page asked for is of a list that the API server no longer has. */
const GONE = 410;

/** Which part of a list is asked for. */
export interface PageRequest {
  /** The largest number of objects; all of them if left out. */
  limit?: number;
  /** What the page before said; absent for the first. */
  _continue?: string;
}

/** A page, typed or as it was decoded. */
interface Page<Item> {
  items: Item[];
  metadata?: { _continue?: string; continue?: string };
}

/**
 * A whole list, page by page, so that no answer is too large for the API server or for us.
 *
 * @param readPage asks for one page.
 * @param keep what is kept of each object; nothing if it is undefined.
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
      // It took too long. All at once, as client-go's pager does.
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
