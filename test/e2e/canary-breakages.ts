/**
 * Conditions under which the API server cannot reach the webhook, or reaches another server. Each
 * is really caused.
 */
import { createServer as createHttpServer } from "node:http";
import { createServer as createHttpsServer, type ServerOptions } from "node:https";
import { createServer } from "node:net";

import type { Effect } from "../../cli/diagnosis/report/check";
import type { CallFailure, Verdict } from "../../rules/canary/probe-answer";
import { makePair } from "../../certificates/authority";
import { createServingPair } from "../../testbed/control-plane/pki";
import { dropAt, serveAt } from "../../testbed/process/listeners";
import type { Address } from "../../testbed/process/ports";
import type { Bed } from "../../testbed/bed/bed";
import { deleted, patched, type Restore } from "./broken";

const VALIDATING = ["validatingwebhookconfiguration", "pepr-gmsa"];
const CLIENT_CONFIG = "/webhooks/0/clientConfig";
const NAME = "pepr-gmsa.pepr-system.svc";
const PAGE = "<html><h1>502 Bad Gateway</h1></html>";

/** One of these conditions. */
export interface CanaryBreakage {
  what: string;
  /** Whether the replicas are running, or no process is behind the Service. */
  replicas: "serving" | "away";
  /** @param service where a test can listen as the Service while the replicas are away. */
  break: (bed: Bed, service: Address) => Promise<Restore>;
  /** The meaning of the API server's answer. */
  verdict: Partial<Verdict>;
  /** What happens to GMSA Pods, as doctor reports it. Undefined if other namespaces are checked. */
  effect?: Effect;
  /** What the Pod that names a credential spec shows, if it is something else. */
  effectOfName?: Effect;
  /** Names of objects and fields, and values, in doctor's message and remedy. */
  names: readonly string[];
}

const KEEPER = "deployment/pepr-gmsa-certificates";
const SERVICE = "pepr-system/pepr-gmsa";
const MESH = [SERVICE, "NO_PROXY"];
const unreachable = (
  reason: CallFailure,
  facts: object = {},
): Pick<CanaryBreakage, "verdict" | "effect"> => ({
  verdict: { outcome: "unreachable", reason, ...facts },
  effect: "unanswered",
});
const why = (words: RegExp): object => ({ why: expect.stringMatching(words) as string });

export const CANARY_BREAKAGES: readonly CanaryBreakage[] = [
  {
    what: "the validating configuration is deleted",
    replicas: "serving",
    break: bed => deleted(bed, VALIDATING),
    verdict: { outcome: "unchecked", reason: "admitted" },
    effect: "unchecked",
    names: ["ValidatingWebhookConfiguration/pepr-gmsa", "kubectl apply -k ."],
  },
  {
    what: "the namespace is left out",
    replicas: "serving",
    break: bed =>
      validate(bed, {
        op: "add",
        path: "/webhooks/0/namespaceSelector/matchExpressions/-",
        value: { key: "kubernetes.io/metadata.name", operator: "NotIn", values: ["default"] },
      }),
    verdict: { outcome: "unchecked", reason: "admitted" },
    names: ["ValidatingWebhookConfiguration/pepr-gmsa", "namespace default"],
  },
  {
    what: "failures are ignored, and there is one",
    replicas: "away",
    break: bed =>
      validate(bed, { op: "replace", path: "/webhooks/0/failurePolicy", value: "Ignore" }),
    verdict: { outcome: "unchecked", reason: "admitted" },
    effect: "unchecked",
    // Mutate does not ignore failures.
    effectOfName: "unanswered",
    names: ["failurePolicy Ignore", "kubectl apply -k ."],
  },
  {
    what: "no replica listens",
    replicas: "away",
    break: () => nothing(),
    ...unreachable("connection refused", {
      address: expect.stringMatching(/^127\.\S+:443$/) as string,
    }),
    names: ["kubectl -n pepr-system get pods"],
  },
  {
    what: "packets are dropped, as a firewall does",
    replicas: "away",
    break: (_, service) => dropAt(service),
    ...unreachable("time-out"),
    names: ["2 replicas", "TCP port 10250", SERVICE, "GKE"],
  },
  {
    what: "somebody listens and never answers",
    replicas: "away",
    break: (_, service) => serveAt(createServer(), service),
    ...unreachable("time-out"),
    names: ["TCP port 10250"],
  },
  {
    what: "connections are closed at once",
    replicas: "away",
    break: (_, service) =>
      serveAt(
        createServer(socket => socket.end()),
        service,
      ),
    ...unreachable("connection closed", why(/EOF/)),
    names: MESH,
  },
  {
    what: "a proxy answers without TLS",
    replicas: "away",
    break: (_, service) =>
      serveAt(
        createHttpServer((_request, response) => response.end(PAGE)),
        service,
      ),
    ...unreachable("not TLS"),
    names: MESH,
  },
  {
    what: "a proxy answers 502 with a page",
    replicas: "away",
    break: (bed, service) => inItsPlace(bed, service, { status: 502, body: PAGE }),
    ...unreachable("foreign answer", why(/502 Bad Gateway/)),
    names: MESH,
  },
  {
    what: "a mesh has nobody to ask",
    replicas: "away",
    break: (bed, service) => inItsPlace(bed, service, { status: 503, body: "no healthy upstream" }),
    ...unreachable("foreign answer", why(/^the server is currently unable to handle the request/)),
    names: MESH,
  },
  {
    what: "a page for people arrives",
    replicas: "away",
    break: (bed, service) => inItsPlace(bed, service, { status: 200, body: PAGE }),
    ...unreachable("foreign answer", why(/^couldn't get version\/kind/)),
    names: MESH,
  },
  {
    what: "a mesh asks for a client certificate",
    replicas: "away",
    break: (bed, service) =>
      inItsPlace(bed, service, {
        status: 200,
        body: PAGE,
        tls: { requestCert: true, rejectUnauthorized: true },
      }),
    ...unreachable("client certificate"),
    names: MESH,
  },
  {
    what: "the webhook has no rights any more",
    replicas: "serving",
    break: bed => deleted(bed, ["clusterrolebinding", "pepr-gmsa"]),
    verdict: { outcome: "refused", reason: "cannot ask", code: 403 },
    effect: "refused",
    names: ["ClusterRole/pepr-gmsa", "ClusterRoleBinding/pepr-gmsa"],
  },
  {
    what: "another CA is trusted",
    replicas: "serving",
    break: async bed => trusting(bed, (await createServingPair([NAME])).ca),
    ...unreachable("unknown CA"),
    names: ["caBundle", KEEPER],
  },
  {
    what: "the certificate is for other names",
    replicas: "away",
    break: servingForOtherNames,
    ...unreachable("other names", { names: "other.example.svc" }),
    names: ["pepr-gmsa.pepr-system.svc", "gmsa certs use"],
  },
  {
    what: "the certificate has expired",
    replicas: "away",
    break: servingExpired,
    ...unreachable("expired"),
    names: ["gmsa certs use"],
  },
  {
    what: "the path is that of another build",
    replicas: "serving",
    break: bed =>
      validate(bed, {
        op: "replace",
        path: `${CLIENT_CONFIG}/service/path`,
        value: "/validate/0123456789abcdef",
      }),
    ...unreachable("wrong path"),
    names: ["Secret pepr-gmsa-api-path"],
  },
  {
    what: "the path leads nowhere",
    replicas: "serving",
    break: bed =>
      validate(bed, { op: "replace", path: `${CLIENT_CONFIG}/service/path`, value: "/nowhere" }),
    ...unreachable("wrong path"),
    names: ["Secret pepr-gmsa-api-path"],
  },
  {
    what: "another Service is called",
    replicas: "serving",
    break: bed =>
      validate(bed, { op: "replace", path: `${CLIENT_CONFIG}/service/name`, value: "other" }),
    ...unreachable("no service", why(/"other" not found/)),
    names: ["kubectl apply -k ."],
  },
  {
    what: "a port is called that the Service does not have",
    replicas: "serving",
    break: bed =>
      validate(bed, { op: "replace", path: `${CLIENT_CONFIG}/service/port`, value: 444 }),
    ...unreachable("no service", why(/port 444 found/)),
    names: ["kubectl apply -k ."],
  },
  {
    what: "a URL is called, as pepr dev leaves it",
    replicas: "serving",
    break: bed =>
      validate(bed, {
        op: "replace",
        path: CLIENT_CONFIG,
        value: { url: "https://no-such-host.invalid/validate" },
      }),
    ...unreachable("no such host"),
    names: ["kubectl apply -k ."],
  },
];

function nothing(): Promise<Restore> {
  return Promise.resolve(() => Promise.resolve());
}

function validate(bed: Bed, operation: object): Promise<Restore> {
  return patched(bed, VALIDATING, [operation]);
}

function trusting(bed: Bed, ca: string): Promise<Restore> {
  const value = Buffer.from(ca).toString("base64");
  return validate(bed, { op: "replace", path: `${CLIENT_CONFIG}/caBundle`, value });
}

type Answer = (request: { resume(): void }, response: AnswerStream) => void;
interface AnswerStream {
  writeHead(status: number, headers: Record<string, string>): void;
  end(body: string): void;
}

/** Serves TLS in place of the replicas, with a trusted certificate. */
async function serving(
  bed: Bed,
  service: Address,
  { trust, answer, ...options }: ServerOptions & { trust: string; answer?: Answer },
): Promise<Restore> {
  const restore = await trusting(bed, trust);
  const server = createHttpsServer(options, (request, response) => answer?.(request, response));
  const stop = await serveAt(server, service);
  return async () => {
    await stop();
    await restore();
  };
}

async function servingForOtherNames(bed: Bed, service: Address): Promise<Restore> {
  const { certificate, key, ca } = await createServingPair(["other.example.svc"]);
  return serving(bed, service, { cert: certificate, key, trust: ca });
}

async function servingExpired(bed: Bed, service: Address): Promise<Restore> {
  // Expired some minutes ago.
  const { certificate, key, ca } = await makePair(-0.01);
  return serving(bed, service, { cert: certificate, key, trust: ca });
}

/** Gives this answer to every request. */
async function inItsPlace(
  bed: Bed,
  service: Address,
  { status, body, tls }: { status: number; body: string; tls?: ServerOptions },
): Promise<Restore> {
  const { certificate, key, ca } = await createServingPair([NAME]);
  return serving(bed, service, {
    ...{ cert: certificate, key, trust: ca, ...tls },
    answer: (request, response) => {
      request.resume();
      response.writeHead(status, { "content-type": "text/html" });
      response.end(body);
    },
  });
}
