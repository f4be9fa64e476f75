/** `-f` with an address, as kubectl takes it: through the proxy that the environment names, if it does. */
import { type Agent, get, type IncomingMessage } from "node:http";
import { get as getSecurely } from "node:https";

import { proxyOf } from "../../kube/environment-proxy";
import { pluralize } from "../../rules/text";
import { Failure } from "../terminal/failure";
import { isUrl } from "./url-name";
import { decodeText, type TextFile } from "./text-file";

/** What is taken of a server that is not trusted to end. */
export const URL_LIMITS = { bytes: 32 * 1024 * 1024, milliseconds: 30_000, redirects: 10 };

/**
 * The text at an address.
 *
 * @throws Failure if there is none, or it is too large, or takes too long.
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

/** Without the user and the password that it may have in it. */
function shown(url: URL): string {
  const plain = new URL(url);
  plain.username = "";
  plain.password = "";
  return plain.href;
}

/** From https, no redirect leads to http: what comes by it can be from anybody. */
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
        `cannot read ${shown(start)}: it redirects to ${shown(next)}, which is not safe`,
      );
    }
    url = next;
  }
  throw new Failure(
    `cannot read ${shown(start)}: it redirects more than ${pluralize(most, "time")}`,
  );
}

/** Through a proxy if there is one; to what is https, the proxy passes on bytes that it cannot read. */
async function answerOf(
  url: URL,
  options: { signal: AbortSignal; headers: Record<string, string> },
): Promise<IncomingMessage> {
  const proxy = environmentProxy(url);
  const agent = proxy === undefined ? undefined : await agentFor(proxy, url);
  const ask = url.protocol === "https:" ? getSecurely : get;
  return new Promise((resolve, reject) => {
    // A connection for one request; the program ends when it is read.
    ask(shown(url), { ...options, agent: agent ?? false }, resolve).on("error", reject);
  });
}

function environmentProxy(url: URL): URL | undefined {
  try {
    return proxyOf(url);
  } catch {
    const variable = `${url.protocol.slice(0, -1).toUpperCase()}_PROXY`;
    throw new Failure(`cannot read ${shown(url)}: ${variable} is not the address of a proxy`);
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

/** The user of the address is for its own server alone. */
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

/** Of a host with several addresses, each has failed. */
function reasonOf(error: Error): string {
  return error.message || String((error as NodeJS.ErrnoException).code);
}
