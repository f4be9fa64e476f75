/** The part of an API server that Pepr calls at its start: its stores, with the installed rights. */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { parse } from "yaml";

const ROLE = join(__dirname, "../../../../deploy/patches/store-role.yaml");
const NAMESPACE = "pepr-system";
const PATH = `/apis/pepr.dev/v1/namespaces/${NAMESPACE}/peprstores`;
const STORE = "pepr-gmsa-store";
/** Reading this store fails. */
export const BROKEN_STORE = "pepr-broken-store";

interface Rule {
  resources: string[];
  resourceNames?: string[];
  verbs: string[];
}

/** The rules of the Role that the controller is installed with. */
const { rules } = parse(readFileSync(ROLE, "utf8")) as { rules: Rule[] };

/** A request in terms of RBAC. */
interface Call {
  verb: string;
  name: string;
}

/** The stub. */
export class StoreApi {
  /** All calls, such as "get pepr-gmsa-store". */
  readonly calls: string[] = [];
  /** Calls that the installed Role does not allow, which were answered with 403. */
  readonly refused: string[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      const call = callOf(request);
      this.calls.push(`${call.verb} ${call.name}`);
      request.resume();
      if (call.name === BROKEN_STORE) answer(response, 500, { kind: "Status", code: 500 });
      else if (isAllowed(call)) serve(call, response);
      else {
        this.refused.push(`${call.verb} ${call.name}`);
        answer(response, 403, { kind: "Status", code: 403 });
      }
    });
  }

  static async start(): Promise<StoreApi> {
    const api = new StoreApi();
    await new Promise<void>(resolve => api.#server.listen(0, "127.0.0.1", resolve));
    return api;
  }

  get kubeconfig(): string {
    const { port } = this.#server.address() as AddressInfo;
    const server = `http://127.0.0.1:${port}`;
    // Otherwise clients refuse connections without TLS.
    const cluster = { server, "insecure-skip-tls-verify": true };
    return JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      "current-context": "stub",
      clusters: [{ name: "stub", cluster }],
      contexts: [{ name: "stub", context: { cluster: "stub", user: "stub" } }],
      users: [{ name: "stub", user: { token: "stub" } }],
    });
  }

  stop(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise(resolve => {
      this.#server.close(() => {
        resolve();
      });
    });
  }
}

function callOf({ url = "", method = "" }: IncomingMessage): Call {
  const { pathname, searchParams } = new URL(url, "http://stub");
  if (!pathname.startsWith(PATH)) return { verb: method, name: pathname };
  const name = pathname.slice(PATH.length + 1);
  if (method !== "GET") return { verb: method.toLowerCase(), name };
  if (name !== "") return { verb: "get", name };
  const selected = searchParams.get("fieldSelector")?.replace("metadata.name=", "") ?? "";
  return { verb: searchParams.get("watch") === "true" ? "watch" : "list", name: selected };
}

function isAllowed({ verb, name }: Call): boolean {
  return rules.some(
    ({ verbs, resourceNames }) =>
      verbs.includes(verb) && (resourceNames === undefined || resourceNames.includes(name)),
  );
}

/** The store exists, but the store of schedules does not. */
function serve({ verb, name }: Call, response: ServerResponse): void {
  const metadata = { name, namespace: NAMESPACE, uid: name, resourceVersion: "1" };
  const store = { apiVersion: "pepr.dev/v1", kind: "PeprStore", metadata, data: { key: "value" } };
  if (verb === "watch") {
    response.writeHead(200, { "content-type": "application/json" });
    response.write(`${JSON.stringify({ type: "ADDED", object: store })}\n`);
  } else if (verb === "get" && name !== STORE) {
    answer(response, 404, { kind: "Status", code: 404, reason: "NotFound" });
  } else {
    answer(response, 200, store);
  }
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}
