/** `-f` with a URL, as in kubectl. */
import { pluralize } from "../../rules/text";
import { Failure } from "../terminal/failure";
import { isUrl } from "./url-name";
import { decodeText, type TextFile } from "./text-file";

/** Limits for the answer of an untrusted server. */
export const URL_LIMITS = { bytes: 32 * 1024 * 1024, milliseconds: 30_000, redirects: 10 };

/**
 * Fetches the text of a URL.
 *
 * @throws Failure if there is none, or it is too large, or takes too long.
 */
export async function readUrl(address: string, limits = URL_LIMITS): Promise<TextFile> {
  if (!URL.canParse(address)) throw new Failure(`${address} is not a URL`);
  const url = new URL(address);
  const name = shown(url);
  try {
    const response = await follow(url, AbortSignal.timeout(limits.milliseconds), limits.redirects);
    if (!response.ok) {
      const { status, statusText } = response;
      throw new Failure(
        `cannot read ${name}: the server answers ${`${status} ${statusText}`.trim()}`,
      );
    }
    const file = decodeText(name, await bytesOf(response, name, limits.bytes));
    return { ...file, isPiped: true, origin: "url" };
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(`cannot read ${name}: ${reasonOf(error as Error, limits.milliseconds)}`);
  }
}

/** Without user and password, which fetch does not accept either. */
function shown(url: URL): string {
  const plain = new URL(url);
  plain.username = "";
  plain.password = "";
  return plain.href;
}

/** Follows redirects, but never from https to http, where the answer could come from anybody. */
async function follow(start: URL, signal: AbortSignal, most: number): Promise<Response> {
  let url = start;
  for (let count = 0; count <= most; count++) {
    const response = await fetch(shown(url), {
      signal,
      redirect: "manual",
      headers: headersFor(url, start),
    });
    const location = response.headers.get("location");
    if (response.status < 300 || response.status >= 400 || location === null) return response;
    await response.body?.cancel();
    const next = new URL(location, url);
    if (!isUrl(next.href) || (url.protocol === "https:" && next.protocol === "http:")) {
      throw new Failure(
        `cannot read ${shown(start)}: it redirects to ${shown(next)}, which is not safe`,
      );
    }
    url = next;
  }
  throw new Failure(
    `cannot read ${shown(start)}: it redirects more than ${pluralize(most, "time")}`,
  );
}

/** Sends the user and password of the URL only to its own server. */
function headersFor(url: URL, start: URL): Record<string, string> {
  const { username, password, origin } = start;
  if (username === "" || url.origin !== origin) return {};
  const user = [username, password].map(decodeURIComponent).join(":");
  return { authorization: `Basic ${Buffer.from(user).toString("base64")}` };
}

async function bytesOf(response: Response, name: string, most: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += part.byteLength;
    if (size > most) {
      throw new Failure(`cannot read ${name}: it is larger than ${most / 1024 / 1024} MiB`);
    }
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** The cause of "fetch failed". */
function reasonOf(error: Error, milliseconds: number): string {
  if (error.name === "TimeoutError") return `it took longer than ${milliseconds / 1000} s`;
  const { cause } = error;
  return cause instanceof Error
    ? cause.message || String((cause as NodeJS.ErrnoException).code)
    : error.message;
}
