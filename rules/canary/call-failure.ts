/**
 * Finds out why the API server could not call a webhook by parsing its message. The messages are errors
 * of Go, always in English, and the API server does not report the cause anywhere else.
 *
 * Source: k8s.io/apiserver/pkg/admission/plugin/webhook and Go's net, net/http, crypto/tls and
 * crypto/x509; test/e2e/canary-breakages.ts causes each on a real API server.
 */
import type { CallFacts, CallFailure } from "./probe-answer";

const FAILED = /failed calling webhook "([^"]+)": (?:failed to call webhook: )?/;
/** Precedes errors that occurred before an answer arrived. The URL's path is secret. */
const REQUEST = /^Post "[^"]*": /;

/** Errors before an answer arrived, from the most specific to the least. */
const ON_THE_WAY: readonly [RegExp, CallFailure][] = [
  [/^no endpoints available for service /, "no endpoint"],
  [/^service "[^"]*" not found|^no service port \d+ found/, "no service"],
  [/^proxyconnect |^proxy error|No agent available|^dial unix /, "tunnel"],
  [/connect: connection refused/, "connection refused"],
  [
    /no route to host|network is (?:unreachable|down)|host is down|operation not permitted/,
    "no route",
  ],
  [/no such host|server misbehaving|^dial tcp: lookup /, "no such host"],
  [/certificate signed by unknown authority/, "unknown CA"],
  [/certificate is (?:not )?valid for|relies on legacy Common Name|cannot validate/, "other names"],
  [/certificate has expired or is not yet valid/, "expired"],
  [/server gave HTTP response|first record does not look like a TLS handshake/, "not TLS"],
  [/remote error: tls: /, "client certificate"],
  [/deadline exceeded|i\/o timeout|timed out|handshake timeout|awaiting headers/, "time-out"],
  [/x509: |tls: /, "TLS"],
  [
    /\bEOF\b|connection reset by peer|broken pipe|closed network connection|closed idle connection|connection broken|connection abort|is not connected|http2: /,
    "connection closed",
  ],
];

/** The messages for 404 and 401. The webhook answers 401 if the caller does not know its path. */
const WRONG_PATH =
  /^the server could not find the requested resource|^the server has asked for the client to provide/;

/** A call of a webhook that failed. */
export interface FailedCall {
  webhook: string;
  failure: { reason: CallFailure } & CallFacts;
}

/**
 * Returns the webhook that could not be called, and why; undefined if the message is about something
 * else.
 */
export function failedCallIn(message: string): FailedCall | undefined {
  const match = FAILED.exec(message);
  if (match === null) return undefined;
  const words = message.slice(match.index + match[0].length);
  const webhook = match[1] ?? "";
  if (!REQUEST.test(words)) {
    const reason = WRONG_PATH.test(words) ? "wrong path" : "foreign answer";
    return { webhook, failure: { reason, why: words } };
  }
  const why = words.replace(REQUEST, "");
  const reason = ON_THE_WAY.find(([pattern]) => pattern.test(why))?.[1] ?? "other";
  return { webhook, failure: { reason, why, ...addressIn(why), ...namesIn(why) } };
}

function addressIn(words: string): Pick<CallFacts, "address"> {
  const [, address] = /^dial tcp (\S+:\d+): /.exec(words) ?? [];
  return address === undefined ? {} : { address };
}

function namesIn(words: string): Pick<CallFacts, "names"> {
  const [, names] = /certificate is valid for (.+), not /.exec(words) ?? [];
  return names === undefined ? {} : { names };
}
