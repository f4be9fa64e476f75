/**
 * Conditions under which the API server cannot reach the webhook, or reaches another server. Each
 * is really caused.
 */
import { createServer as createHttpServer } from "node:http";
import { createServer as createHttpsServer, type ServerOptions } from "node:https";
import { createServer } from "node:net";

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
  says: RegExp;
  remedy: string;
}

export const CANARY_BREAKAGES: readonly CanaryBreakage[] = [
  {
    what: "the validating configuration is deleted",
    replicas: "serving",
    break: bed => deleted(bed, VALIDATING),
    says: /was admitted in namespace default: GMSA is not checked there \(ValidatingWebhookConfiguration\/pepr-gmsa with webhook pepr-gmsa\.pepr\.dev is missing\)/,
    remedy: "Apply the installation again: `kubectl apply -k .`",
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
    says: /ValidatingWebhookConfiguration\/pepr-gmsa leaves namespace default out/,
    remedy: "Apply the installation again",
  },
  {
    what: "failures are ignored, and there is one",
    replicas: "away",
    break: bed =>
      validate(bed, { op: "replace", path: "/webhooks/0/failurePolicy", value: "Ignore" }),
    says: /was admitted .* has failurePolicy Ignore, and could not be called/,
    remedy: "Apply the installation again",
  },
  {
    what: "no replica listens",
    replicas: "away",
    break: () => nothing(),
    says: /cannot call the webhook: connection refused by 127\.\S+:443: no replica is ready/,
    remedy: "See `kubectl -n pepr-system get pods`",
  },
  {
    what: "packets are dropped, as a firewall does",
    replicas: "away",
    break: (_, service) => dropAt(service),
    says: /cannot call the webhook: time-out: 2 replicas are ready, so something between the API server and TCP port 10250 of the Pods drops packets/,
    remedy:
      "Open TCP port 10250 from the API server to the Pods of Service pepr-system/pepr-gmsa: in the firewall of the control plane (GKE)",
  },
  {
    what: "somebody listens and never answers",
    replicas: "away",
    break: (_, service) => serveAt(createServer(), service),
    says: /cannot call the webhook: time-out/,
    remedy: "Open TCP port 10250",
  },
  {
    what: "connections are closed at once",
    replicas: "away",
    break: (_, service) =>
      serveAt(
        createServer(socket => socket.end()),
        service,
      ),
    says: /the connection was closed before an answer \(EOF\)/,
    remedy: "Leave Service pepr-system/pepr-gmsa and its Pods out of the service mesh",
  },
  {
    what: "a proxy answers without TLS",
    replicas: "away",
    break: (_, service) =>
      serveAt(
        createHttpServer((_request, response) => response.end(PAGE)),
        service,
      ),
    says: /the answer is plain HTTP, not TLS/,
    remedy: "out of the service mesh",
  },
  {
    what: "a proxy answers 502 with a page",
    replicas: "away",
    break: (bed, service) => inItsPlace(bed, service, { status: 502, body: PAGE }),
    says: /the answer is not the webhook's: .*502 Bad Gateway/,
    remedy: "out of the service mesh",
  },
  {
    what: "a mesh has nobody to ask",
    replicas: "away",
    break: (bed, service) => inItsPlace(bed, service, { status: 503, body: "no healthy upstream" }),
    says: /the answer is not the webhook's: the server is currently unable to handle the request/,
    remedy: "out of the service mesh",
  },
  {
    what: "a page for people arrives",
    replicas: "away",
    break: (bed, service) => inItsPlace(bed, service, { status: 200, body: PAGE }),
    says: /the answer is not the webhook's: couldn't get version\/kind/,
    remedy: "out of the service mesh",
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
    says: /TLS is refused, as a mesh does that asks for a client certificate/,
    remedy: "out of the service mesh",
  },
  {
    what: "the webhook has no rights any more",
    replicas: "serving",
    break: bed => deleted(bed, ["clusterrolebinding", "pepr-gmsa"]),
    says: /refuses every Pod that names a credential spec: the API server answered 403: /,
    remedy: "ClusterRole/pepr-gmsa and ClusterRoleBinding/pepr-gmsa grant it",
  },
  {
    what: "another CA is trusted",
    replicas: "serving",
    break: async bed => trusting(bed, (await createServingPair([NAME])).ca),
    says: /signed by a CA that the webhook configurations pepr-gmsa do not trust \(caBundle\)/,
    remedy: "pepr-gmsa-certificates adds the CA within seconds",
  },
  {
    what: "the certificate is for other names",
    replicas: "away",
    break: servingForOtherNames,
    says: /its certificate is for other\.example\.svc, not for pepr-gmsa\.pepr-system\.svc/,
    remedy: "gmsa certs use",
  },
  {
    what: "the certificate has expired",
    replicas: "away",
    break: servingExpired,
    says: /its certificate has expired or is not valid yet/,
    remedy: "gmsa certs use",
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
    says: /call a path that the replicas do not know \(401 or 404\)/,
    remedy: "Secret pepr-gmsa-api-path",
  },
  {
    what: "the path leads nowhere",
    replicas: "serving",
    break: bed =>
      validate(bed, { op: "replace", path: `${CLIENT_CONFIG}/service/path`, value: "/nowhere" }),
    says: /call a path that the replicas do not know \(401 or 404\)/,
    remedy: "Secret pepr-gmsa-api-path",
  },
  {
    what: "another Service is called",
    replicas: "serving",
    break: bed =>
      validate(bed, { op: "replace", path: `${CLIENT_CONFIG}/service/name`, value: "other" }),
    says: /cannot call the webhook: service "other" not found/,
    remedy: "Apply the installation again",
  },
  {
    what: "a port is called that the Service does not have",
    replicas: "serving",
    break: bed =>
      validate(bed, { op: "replace", path: `${CLIENT_CONFIG}/service/port`, value: 444 }),
    says: /cannot call the webhook: no service port 444 found/,
    remedy: "Apply the installation again",
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
    says: /its host name is unknown/,
    remedy: "called by a URL, not by its Service",
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
