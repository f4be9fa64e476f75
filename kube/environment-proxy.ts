/**
 * Selects the proxy for a URL like kubectl, from HTTP_PROXY, HTTPS_PROXY and NO_PROXY, in upper or lower
 * case. NO_PROXY lists addresses, networks, and domains with their subdomains. Requests to loopback
 * addresses never use a proxy. Libraries for Node.js do not support networks and subdomains in NO_PROXY.
 *
 * Source: Go's http.ProxyFromEnvironment (golang.org/x/net/http/httpproxy).
 */
import { BlockList, isIP } from "node:net";

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

const PORTS: Readonly<Record<string, string>> = { "http:": "80", "https:": "443" };
const SCHEMES = ["http:", "https:", "socks5:", "socks5h:"];
const ANY_SCHEME = /^[a-z][a-z\d+.-]*:\/\//i;
const LOOPBACK = networks([
  ["127.0.0.0", 8],
  ["::1", 128],
]);

/** The destination of a request. */
interface Target {
  host: string;
  port: string;
}

/**
 * Returns the proxy for a URL.
 *
 * @param url an http or https URL.
 * @returns undefined if the request does not use a proxy.
 * @throws TypeError if the variable is not the address of a proxy.
 */
export function proxyOf(url: URL, environment: Environment = process.env): URL | undefined {
  const scheme = url.protocol.slice(0, -1);
  const named = valueOf(environment, `${scheme}_proxy`);
  // In a CGI program, HTTP_PROXY may come from the request's Proxy header.
  const isForged = scheme === "http" && (environment["REQUEST_METHOD"] ?? "") !== "";
  if (named === "" || isForged) return undefined;
  const target = {
    host: withoutBrackets(url.hostname),
    port: url.port === "" ? (PORTS[url.protocol] ?? "") : url.port,
  };
  return isDirect(target, valueOf(environment, "no_proxy")) ? undefined : addressIn(named);
}

/** Describes the error of `proxyOf` for a URL: the variable is wrong, not the URL. */
export function describeUnusableProxy({ protocol }: URL): string {
  return `${protocol.slice(0, -1).toUpperCase()}_PROXY is not the address of a proxy`;
}

function valueOf(environment: Environment, name: string): string {
  return [name.toUpperCase(), name].map(each => environment[each] ?? "").find(Boolean) ?? "";
}

/** HOST:PORT without a scheme is an HTTP proxy. */
function addressIn(named: string): URL {
  const url = ANY_SCHEME.test(named) ? named : `http://${named}`;
  if (!isProxyUrl(url)) throw new TypeError(`Invalid URL of a proxy: ${named}`);
  return new URL(withRemoteNames(new URL(url).href));
}

/** Whether this is the URL of a proxy that can be used. Unlike in a variable, the scheme is required. */
export function isProxyUrl(text: string): boolean {
  return ANY_SCHEME.test(text) && URL.canParse(text) && SCHEMES.includes(new URL(text).protocol);
}

/** Lets a SOCKS proxy look up names, as Go does for both socks5 and socks5h. */
export function withRemoteNames(proxy: string): string {
  return proxy.replace(/^socks5:/, "socks5h:");
}

function isDirect(target: Target, noProxy: string): boolean {
  if (target.host === "localhost" || isWithin(LOOPBACK, target.host)) return true;
  return noProxy
    .split(",")
    .map(entry => entry.trim().toLowerCase())
    .some(entry => entry !== "" && isMatch(entry, target));
}

function isMatch(entry: string, { host, port }: Target): boolean {
  if (entry === "*") return true;
  const [, network = "", bits = ""] = /^([\da-f.:]+)\/(\d+)$/.exec(entry) ?? [];
  if (isIP(network) !== 0) return isWithin(networks([[network, Number(bits)]]), host);
  const only = partsOf(entry);
  if (only.host === "" || (only.port !== "" && only.port !== port)) return false;
  return isIP(only.host) === 0
    ? isDomain(only.host, host)
    : isWithin(networks([[only.host]]), host);
}

/** Splits an address or a name from its optional port: `[fd00::7]:6443`. */
function partsOf(entry: string): Target {
  if (isIP(entry) !== 0) return { host: entry, port: "" };
  const [, bracketed, plain, port = ""] = /^(?:\[(.*)\]|([^:]*))(?::(\d+))?$/.exec(entry) ?? [];
  return { host: bracketed ?? plain ?? "", port };
}

/**
 * `example.com` matches the domain and its subdomains. `.example.com` and `*.example.com` match only the
 * subdomains.
 */
function isDomain(name: string, host: string): boolean {
  if (isIP(host) !== 0) return false;
  const below = name.replace(/^\*\./, ".");
  return below.startsWith(".")
    ? host.endsWith(below)
    : host === below || host.endsWith(`.${below}`);
}

/** @param entries addresses with the length of the prefix in bits; the whole address if omitted. */
function networks(entries: readonly (readonly [address: string, bits?: number])[]): BlockList {
  const list = new BlockList();
  for (const [address, bits] of entries) {
    const isOld = isIP(address) === 4;
    const most = isOld ? 32 : 128;
    list.addSubnet(address, Math.min(bits ?? most, most), isOld ? "ipv4" : "ipv6");
  }
  return list;
}

function isWithin(list: BlockList, host: string): boolean {
  const version = isIP(host);
  return version !== 0 && list.check(host, version === 4 ? "ipv4" : "ipv6");
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/, "$1");
}
