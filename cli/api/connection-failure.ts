/** Why the API server did not answer, and the remedy. */
import { ApiException } from "@kubernetes/client-node";

import { describeFailure } from "../../kube/api-error";
import { LogonError } from "../../kube/kubeconfig-file";

export interface ConnectionFailure {
  message: string;
  remedy: string;
}

const WHICH = "Choose another cluster with --kubeconfig or --context.";
const CA =
  "The certificate-authority of the kubeconfig must be that of this server. Ask the person who gave you the kubeconfig.";

/** Error codes of Node.js, with the text that follows "the server HOST:PORT". */
const REASONS: Readonly<Record<string, ConnectionFailure>> = {
  ECONNREFUSED: {
    message: "refused the connection",
    remedy: `Check the host and port, and that the API server is running. ${WHICH}`,
  },
  ENOTFOUND: { message: "cannot be found: no such host", remedy: WHICH },
  EAI_AGAIN: {
    message: "cannot be found: the name server does not answer",
    remedy: "Check the network, or the VPN to the cluster.",
  },
  ...sameFor(["ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH"], {
    message: "cannot be reached: nothing answers at this address",
    remedy: `Check the network, or the VPN to the cluster. ${WHICH}`,
  }),
  ECONNRESET: {
    message: "closed the connection",
    remedy: "A proxy in between may have closed it, or the API server is restarting.",
  },
  EPROTO: { message: "does not speak TLS", remedy: "This port may serve plain http://." },
  ...sameFor(
    [
      ...["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "UNABLE_TO_GET_ISSUER_CERT_LOCALLY"],
      ...["DEPTH_ZERO_SELF_SIGNED_CERT", "SELF_SIGNED_CERT_IN_CHAIN", "CERT_SIGNATURE_FAILURE"],
    ],
    { message: "has a certificate of an unknown authority", remedy: CA },
  ),
  CERT_HAS_EXPIRED: {
    message: "has a certificate that has expired",
    remedy: "The cluster's operator must renew it. Check the clock of this machine, too.",
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    message: "has a certificate for other names",
    remedy:
      "Use a name of the certificate as the server, or set tls-server-name in the kubeconfig.",
  },
};

/** @param error an error of @kubernetes/client-node that is not an answer of the API server. */
export function connectionFailure(error: unknown): ConnectionFailure {
  const { code = "", syscall = "", path = "", message } = errorOf(error);
  const server = serverIn(message);
  const known = server === undefined ? undefined : failureOf(server, { code, message });
  if (known !== undefined) return known;
  if (syscall === "open" || syscall === "read") {
    return {
      message: `the kubeconfig names the file ${path}, which cannot be read`,
      remedy: "It holds a certificate, key or token; restore it, or choose another --context.",
    };
  }
  return aboutKubeconfig(error) ?? { message: describeFailure(error), remedy: TRY_KUBECTL };
}

/** Describes problems that prevent a request from being sent. Undefined if the error is not one of them. */
function aboutKubeconfig(error: unknown): ConnectionFailure | undefined {
  const { code = "", message } = errorOf(error);
  if (error instanceof LogonError) return { message, remedy: error.remedy ?? TRY_KUBECTL };
  if (code.startsWith("ERR_OSSL_")) {
    return {
      message: "a certificate or key of the kubeconfig cannot be used: not PEM",
      remedy: CA,
    };
  }
  if (message.startsWith("HTTP protocol is not allowed")) {
    const remedy =
      "Use https://. With --insecure-skip-tls-verify, http:// works too, but nothing is encrypted.";
    return { message: "the kubeconfig names a server without TLS, http://", remedy };
  }
  return undefined;
}

function failureOf(
  server: string,
  { code, message }: { code: string; message: string },
): ConnectionFailure | undefined {
  const reason = REASONS[code];
  return (
    proxyFailure(server, message) ??
    (reason && { message: `the server ${server} ${reason.message}`, remedy: reason.remedy })
  );
}

/**
 * Identifies errors of a proxy by the messages of the agents that @kubernetes/client-node uses. A refused
 * connection to another port than the server's is also an error of a proxy.
 */
function proxyFailure(server: string, message: string): ConnectionFailure | undefined {
  const remedy = "Check proxy-url of the kubeconfig, and HTTPS_PROXY and NO_PROXY.";
  const [, status] = /Bad response: (\d+)$/.exec(message) ?? [];
  if (status !== undefined) {
    return { message: `the proxy does not connect to ${server}: it answers ${status}`, remedy };
  }
  const [, address = "", port] = /connect ECONNREFUSED (\S+:(\d+))$/.exec(message) ?? [];
  const isProxy = port !== undefined && !server.endsWith(`:${port}`) && server.includes(":");
  return isProxy ? { message: `the proxy ${address} refused the connection`, remedy } : undefined;
}

const TRY_KUBECTL = "Check --kubeconfig and --context, and that kubectl works with them.";

/** Why a call failed, as a clause, with or without an answer. */
export function describeCallFailure(error: unknown): string {
  return error instanceof ApiException ? describeFailure(error) : connectionFailure(error).message;
}

function errorOf(error: unknown): NodeJS.ErrnoException {
  return error instanceof Error ? error : new Error(String(error));
}

/** HOST:PORT, which only the message of node-fetch has. */
function serverIn(message: string): string | undefined {
  const url = /^request to (\S+) failed/.exec(message)?.[1] ?? "";
  return URL.canParse(url) ? new URL(url).host : undefined;
}

function sameFor(
  codes: readonly string[],
  failure: ConnectionFailure,
): Readonly<Record<string, ConnectionFailure>> {
  return Object.fromEntries(codes.map(code => [code, failure]));
}
