/** Opens a page in a browser and collects its faults and links. */
import type { BrowserContext, Page } from "playwright-core";

/** A fault of a page. */
export type Fault =
  | { is: "status"; status: number }
  | { is: "console"; text: string }
  | { is: "exception"; text: string }
  | { is: "request"; url: string; why: string }
  | { is: "other-server"; url: string }
  /** The page scrolls sideways in a window of `width` pixels. */
  | { is: "too-wide"; width: number; needs: number; element: string }
  | { is: "not-drawn"; source: string }
  | { is: "no-page"; link: string }
  | { is: "no-anchor"; link: string };

/** A page as a reader sees it. */
export interface Visit {
  /** Such as "/how-to/install.html". */
  address: string;
  faults: Fault[];
  /** Links to pages of the same website, such as "/how-to/install.html#components". */
  links: string[];
  anchors: string[];
  diagrams: number;
}

const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 900 };
const LONGEST_DRAWING_MS = 20_000;

/** Collects the errors that the browser reports. */
function watch(page: Page, origin: string, faults: Fault[]): void {
  page.on("console", message => {
    if (["error", "warning"].includes(message.type())) {
      faults.push({ is: "console", text: message.text() });
    }
  });
  page.on("pageerror", error => faults.push({ is: "exception", text: error.message }));
  page.on("requestfailed", request => {
    const why = request.failure()?.errorText ?? "";
    // Requests that the browser cancels itself when the page is closed.
    if (why !== "net::ERR_ABORTED") faults.push({ is: "request", url: request.url(), why });
  });
  page.on("response", response => {
    if (response.status() >= 400) {
      faults.push({ is: "request", url: response.url(), why: `status ${response.status()}` });
    }
  });
  page.on("request", request => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !url.startsWith("data:")) {
      faults.push({ is: "other-server", url });
    }
  });
}

/** Checks whether a page scrolls sideways, and finds the element that causes it. */
async function widthFaults(page: Page, size: typeof PHONE): Promise<Fault[]> {
  await page.setViewportSize(size);
  const { needs, element } = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    // Functions must be anonymous here: tsx adds a helper to named functions that the browser does not have.
    const widest = [...document.querySelectorAll("main *")]
      .filter(
        found =>
          found.getBoundingClientRect().right > clientWidth + 1 ||
          (found.scrollWidth > clientWidth && getComputedStyle(found).overflowX === "visible"),
      )
      .at(-1);
    return { needs: scrollWidth, element: widest?.outerHTML.slice(0, 120) ?? "" };
  });
  return needs > size.width ? [{ is: "too-wide", width: size.width, needs, element }] : [];
}

/** Diagrams that still show only their source when the others are drawn. */
async function drawingFaults(page: Page): Promise<Fault[]> {
  await page
    .waitForFunction(() => document.querySelector("pre.diagram:not(.failed)") === null, undefined, {
      timeout: LONGEST_DRAWING_MS,
    })
    .catch(() => undefined);
  const sources = await page.locator("pre.diagram").allTextContents();
  return sources.map(source => ({ is: "not-drawn", source: source.slice(0, 80) }));
}

/** Opens a page in the width of a phone, then of a desktop. */
export async function visit(
  context: BrowserContext,
  { origin, address }: { origin: string; address: string },
): Promise<Visit> {
  const page = await context.newPage();
  const faults: Fault[] = [];
  watch(page, origin, faults);
  try {
    await page.setViewportSize(PHONE);
    const response = await page.goto(`${origin}${address}`, { waitUntil: "networkidle" });
    if (response?.status() !== 200) {
      faults.push({ is: "status", status: response?.status() ?? 0 });
    }
    faults.push(...(await drawingFaults(page)));
    for (const size of [PHONE, DESKTOP]) faults.push(...(await widthFaults(page, size)));
    const found = await page.evaluate(() => ({
      anchors: [...document.querySelectorAll("[id]")].map(({ id }) => id),
      links: [...document.querySelectorAll<HTMLAnchorElement>("a[href]")]
        .map(({ href }) => new URL(href))
        .filter(({ origin: at }) => at === location.origin)
        .map(({ pathname, hash }) => pathname + decodeURIComponent(hash)),
      diagrams: document.querySelectorAll("div.diagram svg").length,
    }));
    return { address, faults, ...found, links: [...new Set(found.links)] };
  } finally {
    await page.close();
  }
}

/** Adds dead links between pages to the faults of each page. */
export function withDeadLinks(visits: readonly Visit[]): Visit[] {
  const anchors = new Map(visits.map(({ address, anchors: ids }) => [address, new Set(ids)]));
  const faultOf = (link: string): Fault[] => {
    const [path = "", anchor = ""] = link.split("#");
    const found = anchors.get(path.endsWith("/") ? `${path}index.html` : path);
    if (found === undefined) return [{ is: "no-page", link }];
    return anchor === "" || found.has(anchor) ? [] : [{ is: "no-anchor", link }];
  };
  return visits.map(one => ({ ...one, faults: [...one.faults, ...one.links.flatMap(faultOf)] }));
}
