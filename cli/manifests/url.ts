/** `-f` with a URL, as in kubectl: through the proxy that the environment names, if there is one. */
import { type Agent, get, type IncomingMessage } from "node:http";
import { get as getSecurely } from "node:https";

import { describeUnusableProxy, proxyOf } from "../../kube/environment-proxy";
import { pluralize } from "../../rules/text";
import { Failure } from "../terminal/failure";
import { isUrl } from "./url-name";
import { decodeText, type TextFile } from "./text-file";

/** Limits for the answer of an untrusted server. */
export const URL_LIMITS = { bytes: 32 * 1024 * 1024, milliseconds: 30_000, redirects: 10 };

/**
 * Fetches the text of a URL.
 *
 * @throws Failure if it cannot be fetched, is too large, or takes too long.
 */
export async function readUrl(address: string, limits = URL_LIMITS): Promise<TextFile> {
  if (!URL.canParse(address)) throw new Failure(`${address} is not a URL`);
  const url = new URL(address);
  const name = shown(url);
  const signal = AbortSignal.timeout(limits.milliseconds);
  try {
    const response = await follow(url, signal, limits.redirects);
    const { statusCode = 0, statusMessage = "" } = response;
    if (statusCode < 200 || statusCode >= 300) {
      response.destroy();
      throw new Failure(
        `cannot read ${name}: the server answers ${`${statusCode} ${statusMessage}`.trim()}`,
      );
    }
    const file = decodeText(name, await bytesOf(response, name, limits.bytes));
    return { ...file, isPiped: true, origin: "url" };
  } catch (error) {
    if (error instanceof Failure) throw error;
    const why = signal.aborted
      ? `it took longer than ${limits.milliseconds / 1000} s`
      : reasonOf(error as Error);
    throw new Failure(`cannot read ${name}: ${why}`);
  }
}

/** The URL without user and password, for messages. */
function shown(url: URL): string {
  const plain = new URL(url);
  plain.username = "";
  plain.password = "";
  return plain.href;
}

/** Follows redirects, but never from https to http, where the sender of the answer is not verified. */
async function follow(start: URL, signal: AbortSignal, most: number): Promise<IncomingMessage> {
  let url = start;
  for (let count = 0; count <= most; count++) {
    const response = await answerOf(url, { signal, headers: headersFor(url, start) });
    const { statusCode = 0 } = response;
    const { location } = response.headers;
    if (statusCode < 300 || statusCode >= 400 || location === undefined) return response;
    response.destroy();
    const next = new URL(location, url);
    if (!isUrl(next.href) || (url.protocol === "https:" && next.protocol === "http:")) {
      throw new Failure(
        `cannot read ${shown(start)}: it redirects to ${shown(next)}, which is not secure`,
      );
    }
    url = next;
  }
  throw new Failure(
    `cannot read ${shown(start)}: it redirects more than ${pluralize(most, "time")}`,
  );
}

/** Uses the proxy if there is one. For https, it forwards bytes that it cannot read. */
async function answerOf(
  url: URL,
  options: { signal: AbortSignal; headers: Record<string, string> },
): Promise<IncomingMessage> {
  const proxy = environmentProxy(url);
  const agent = proxy === undefined ? undefined : await agentFor(proxy, url);
  const ask = url.protocol === "https:" ? getSecurely : get;
  return new Promise((resolve, reject) => {
    // One connection per request, so that the program can end after the answer.
    ask(shown(url), { ...options, agent: agent ?? false }, resolve).on("error", reject);
  });
}

function environmentProxy(url: URL): URL | undefined {
  try {
    return proxyOf(url);
  } catch {
    throw new Failure(`cannot read ${shown(url)}: ${describeUnusableProxy(url)}`);
  }
}

async function agentFor(proxy: URL, { protocol }: URL): Promise<Agent> {
  if (/^socks/.test(proxy.protocol)) {
    const { SocksProxyAgent } = await import("socks-proxy-agent");
    return new SocksProxyAgent(proxy);
  }
  if (protocol === "https:") {
    const { HttpsProxyAgent } = await import("https-proxy-agent");
    return new HttpsProxyAgent(proxy);
  }
  const { HttpProxyAgent } = await import("http-proxy-agent");
  return new HttpProxyAgent(proxy);
}

/** Sends the user and password of the URL only to its own server. */
function headersFor(url: URL, start: URL): Record<string, string> {
  const { username, password, origin } = start;
  if (username === "" || url.origin !== origin) return {};
  const user = [username, password].map(decodeURIComponent).join(":");
  return { authorization: `Basic ${Buffer.from(user).toString("base64")}` };
}

async function bytesOf(response: IncomingMessage, name: string, most: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    size += part.byteLength;
    if (size > most) {
      throw new Failure(`cannot read ${name}: it is larger than ${most / 1024 / 1024} MiB`);
    }
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** The message of an AggregateError, from a host with several addresses, is empty. */
function reasonOf(error: Error): string {
  return error.message || String((error as NodeJS.ErrnoException).code);
}
