/**
 * The proxy that the environment names for an address, as kubectl reads it: HTTP_PROXY, HTTPS_PROXY and
 * NO_PROXY, or the same in lower case. NO_PROXY has addresses, networks, and domains with what is below
 * them; this machine itself never has a proxy. Libraries for Node.js know neither networks nor subdomains
 * there.
 *
 * Source: Go's http.ProxyFromEnvironment (golang.org/x/net/http/httpproxy).
 */
import { BlockList, isIP } from "node:net";

/** Variables, by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

const PORTS: Readonly<Record<string, string>> = { "http:": "80", "https:": "443" };
const SCHEMES = ["http:", "https:", "socks5:", "socks5h:"];
/** 127.0.0.0/8 and ::1 */
const LOOPBACK = networks([
  ["127.0.0.0", 8],
  ["::1", 128],
]);

/** Where a request goes. */
interface Target {
  host: string;
  port: string;
}

/**
 * The proxy for an address.
 *
 * @param url with http or https.
 * @returns undefined if the request goes there directly.
 * @throws TypeError if the variable is not the address of a proxy.
 */
export function proxyOf(url: URL, environment: Environment = process.env): URL | undefined {
  const scheme = url.protocol.slice(0, -1);
  const named = valueOf(environment, `${scheme}_proxy`);
  // In a CGI program this is a header of the request.
  const isForged = scheme === "http" && (environment["REQUEST_METHOD"] ?? "") !== "";
  if (named === "" || isForged) return undefined;
  const target = {
    host: withoutBrackets(url.hostname),
    port: url.port === "" ? (PORTS[url.protocol] ?? "") : url.port,
  };
  return isDirect(target, valueOf(environment, "no_proxy")) ? undefined : addressIn(named);
}

function valueOf(environment: Environment, name: string): string {
  return [name.toUpperCase(), name].map(each => environment[each] ?? "").find(Boolean) ?? "";
}

/** HOST:PORT alone is a proxy that speaks HTTP. */
function addressIn(named: string): URL {
  const isWhole = /^[a-z][a-z\d+.-]*:\/\//i.test(named);
  const url = new URL(isWhole ? named : `http://${named}`);
  if (!SCHEMES.includes(url.protocol)) throw new TypeError(`Invalid URL of a proxy: ${named}`);
  return new URL(withRemoteNames(url.href));
}

/** As Go has a SOCKS proxy look up names, whichever of the two schemes it is. */
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

/** An address or a name, which may have a port: `[fd00::7]:6443`. */
function partsOf(entry: string): Target {
  if (isIP(entry) !== 0) return { host: entry, port: "" };
  const [, bracketed, plain, port = ""] = /^(?:\[(.*)\]|([^:]*))(?::(\d+))?$/.exec(entry) ?? [];
  return { host: bracketed ?? plain ?? "", port };
}

/** `example.com` is the domain and what is below it, `.example.com` and `*.example.com` what is below it. */
function isDomain(name: string, host: string): boolean {
  if (isIP(host) !== 0) return false;
  const below = name.replace(/^\*\./, ".");
  return below.startsWith(".")
    ? host.endsWith(below)
    : host === below || host.endsWith(`.${below}`);
}

/** @param entries an address, and the bits of it that count; all if left out. */
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
