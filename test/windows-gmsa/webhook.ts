/**
 * A stand-in for the webhook of kubernetes-sigs/windows-gmsa, written from its documented
 * behaviour: its paths, the contents that it inlines, its refusals and their messages. The real one
 * is not available as a Go module everywhere (the module proxy may not serve it). The API server
 * calls it through its Service, and it calls the API server with the rights of its own
 * ServiceAccount.
 *
 * These properties matter next to another webhook. It reads the Pod and its containers, but not
 * init containers, ephemeral containers or subresources. It keeps existing contents, and compares
 * them as JSON. It already refuses in Mutate if a credential spec does not exist. It refuses an
 * update only if GMSA settings change.
 */
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { Server } from "node:https";
import { isDeepStrictEqual } from "node:util";
import {
  AuthorizationV1Api,
  CoreV1Api,
  CustomObjectsApi,
  KubeConfig,
} from "@kubernetes/client-node";
import type { V1Pod, V1WindowsSecurityContextOptions } from "@kubernetes/client-node";

import { canonicalJson } from "../../rules/credspec/canonical-json";
import { CREDSPEC_RESOURCE } from "../../rules/credspec/resource";
import type { Bed } from "../../testbed/bed/bed";
import { hasStatus } from "../../testbed/control-plane/cluster-namespaces";
import { startServiceProxy } from "../../testbed/controller/service-proxy";
import type { ServiceProxy } from "../../testbed/controller/service-proxy";
import type { OldInstallation, OldPair } from "./windows-gmsa-manifests";

interface Review {
  request: {
    uid: string;
    operation: "CREATE" | "UPDATE";
    namespace: string;
    object: V1Pod;
    oldObject: V1Pod | null;
  };
}

interface Patch {
  op: "add";
  path: string;
  value: string;
}

/** A place with Windows options that this webhook reads. */
interface OldPlace {
  kind: "pod" | "container";
  name: string;
  /** JSON pointer of the parent of `securityContext`. */
  path: string;
  options: V1WindowsSecurityContextOptions;
}

/** A refusal with its HTTP status. */
class Refusal extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

/** The stand-in's API calls, with its own rights. */
class OldClient {
  readonly #authorization: AuthorizationV1Api;
  readonly #custom: CustomObjectsApi;

  constructor(kubeConfig: KubeConfig) {
    this.#authorization = kubeConfig.makeApiClient(AuthorizationV1Api);
    this.#custom = kubeConfig.makeApiClient(CustomObjectsApi);
  }

  async mayUse(namespace: string, serviceAccount: string, credspec: string): Promise<boolean> {
    const { group, plural } = CREDSPEC_RESOURCE;
    const { status } = await this.#authorization.createNamespacedLocalSubjectAccessReview({
      namespace,
      body: {
        metadata: { namespace },
        spec: {
          user: `system:serviceaccount:${namespace}:${serviceAccount}`,
          groups: ["system:serviceaccounts", `system:serviceaccounts:${namespace}`],
          resourceAttributes: {
            namespace,
            verb: "use",
            group,
            version: "v1",
            resource: plural,
            name: credspec,
          },
        },
      },
    });
    return status?.allowed === true;
  }

  async contentsOf(name: string): Promise<string> {
    let object: { credspec?: unknown };
    try {
      object = (await this.#custom.getClusterCustomObject({
        ...CREDSPEC_RESOURCE,
        name,
      })) as typeof object;
    } catch (error) {
      if (hasStatus(error, 404)) throw new Refusal(404, `cred spec ${name} does not exist`);
      throw new Refusal(500, `unable to retrieve the contents of cred spec ${name}`);
    }
    if (object.credspec === undefined) {
      throw new Refusal(417, `cred spec ${name} does not have a credspec key`);
    }
    // The output of Go's json.Marshal.
    return canonicalJson(object.credspec);
  }
}

function placesIn(pod: V1Pod): OldPlace[] {
  const places: OldPlace[] = [];
  const add = (
    place: Omit<OldPlace, "options">,
    holder?: { securityContext?: SecurityContext },
  ): void => {
    const options = holder?.securityContext?.windowsOptions;
    if (options) places.push({ ...place, options });
  };
  add({ kind: "pod", name: pod.metadata?.name ?? "", path: "/spec" }, pod.spec);
  for (const [index, container] of (pod.spec?.containers ?? []).entries()) {
    add({ kind: "container", name: container.name, path: `/spec/containers/${index}` }, container);
  }
  return places;
}

interface SecurityContext {
  windowsOptions?: V1WindowsSecurityContextOptions;
}

async function mutate({ request }: Review, client: OldClient): Promise<Patch[]> {
  const patches: Patch[] = [];
  if (request.operation !== "CREATE") return patches;
  for (const { path, options } of placesIn(request.object)) {
    const { gmsaCredentialSpecName: name, gmsaCredentialSpec: contents } = options;
    if (name === undefined || contents !== undefined) continue;
    patches.push({
      op: "add",
      path: `${path}/securityContext/windowsOptions/gmsaCredentialSpec`,
      value: await client.contentsOf(name),
    });
  }
  return patches;
}

async function validateCreate({ request }: Review, client: OldClient): Promise<void> {
  for (const place of placesIn(request.object)) {
    const { gmsaCredentialSpecName: name, gmsaCredentialSpec: contents } = place.options;
    if (name === undefined) {
      if (contents === undefined) continue;
      throw new Refusal(
        422,
        `${place.kind} "${place.name}" has a GMSA cred spec set, but does not define the name of the corresponding resource`,
      );
    }
    const account = request.object.spec?.serviceAccountName ?? "";
    if (!(await client.mayUse(request.namespace, account, name))) {
      throw new Refusal(
        403,
        `service account "${account}" is not authorized to \`use\` GMSA cred spec "${name}"`,
      );
    }
    if (contents !== undefined && !sameJson(contents, await client.contentsOf(name))) {
      throw new Refusal(
        422,
        `the GMSA cred spec contents for ${place.kind} "${place.name}" does not match the contents of GMSA resource "${name}"`,
      );
    }
  }
}

function sameJson(left: string, right: string): boolean {
  try {
    return isDeepStrictEqual(JSON.parse(left), JSON.parse(right));
  } catch {
    return false;
  }
}

function validateUpdate({ request }: Review): void {
  const old = placesIn(request.oldObject ?? {});
  for (const place of placesIn(request.object)) {
    const before = old.find(({ kind, name }) => kind === place.kind && name === place.name);
    const same =
      before?.options.gmsaCredentialSpecName === place.options.gmsaCredentialSpecName &&
      before?.options.gmsaCredentialSpec === place.options.gmsaCredentialSpec;
    if (!same) throw new Refusal(403, "cannot update an existing pod's GMSA settings");
  }
}

async function review(path: string, body: Review, client: OldClient): Promise<object> {
  const { uid, operation } = body.request;
  try {
    if (path === "/mutate") {
      const patches = await mutate(body, client);
      if (patches.length === 0) return { uid, allowed: true };
      const patch = Buffer.from(JSON.stringify(patches)).toString("base64");
      return { uid, allowed: true, patchType: "JSONPatch", patch };
    }
    if (operation === "CREATE") await validateCreate(body, client);
    else validateUpdate(body);
    return { uid, allowed: true };
  } catch (error) {
    const { code, message } = error instanceof Refusal ? error : new Refusal(500, String(error));
    return { uid, allowed: false, status: { code, message } };
  }
}

async function readBody(request: IncomingMessage): Promise<Review> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString()) as Review;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  client: OldClient,
): Promise<void> {
  const path = new URL(request.url ?? "", "https://webhook").pathname;
  if (path !== "/mutate" && path !== "/validate") {
    response.writeHead(path === "/health" ? 204 : 404).end();
    return;
  }
  const content = {
    apiVersion: "admission.k8s.io/v1",
    kind: "AdmissionReview",
    response: await review(path, await readBody(request), client),
  };
  response.setHeader("Content-Type", "application/json").end(JSON.stringify(content));
}

/** The stand-in, at the ClusterIP of its Service. */
export interface OldWebhook {
  /** Number of reviews it has received. */
  readonly asked: number;
  stop(): Promise<void>;
}

/**
 * Runs the stand-in for an installation whose objects are already applied.
 * @throws if its Service or ServiceAccount does not exist
 */
export async function startOldWebhook(
  bed: Bed,
  installation: OldInstallation,
  pair: OldPair,
): Promise<OldWebhook> {
  const { controlPlane } = bed;
  if (!controlPlane) throw new Error("the stand-in needs a control plane of our own");
  const core = bed.kubeConfig.makeApiClient(CoreV1Api);
  const { spec } = await core.readNamespacedService(installation);
  if (spec?.clusterIP === undefined) throw new Error(`Service ${installation.name}: no ClusterIP`);
  const client = new OldClient(await ownKubeConfig(bed, installation));
  let asked = 0;
  const server = createServer({ cert: pair.certificate, key: pair.key }, (request, response) => {
    asked++;
    answer(request, response, client).catch((error: unknown) => {
      response.destroy(error as Error);
    });
  });
  // Like a Go server, which does not close idle connections.
  server.keepAliveTimeout = 0;
  const address = { host: controlPlane.range.podAddress(200), port: 8443 };
  server.listen(address.port, address.host);
  await once(server, "listening");
  const backend = { address, isReady: true, reportRefused: () => undefined };
  const tunnel = controlPlane.serviceAccess === "tunnel" ? controlPlane.tunnelSocket : undefined;
  const proxy = await startServiceProxy(
    { address: { host: spec.clusterIP, port: 443 }, backends: () => [backend] },
    tunnel,
  );
  await proxy.update();
  return {
    get asked() {
      return asked;
    },
    stop: () => stop(server, proxy),
  };
}

async function stop(server: Server, proxy: ServiceProxy): Promise<void> {
  await proxy.stop();
  server.closeAllConnections();
  server.close();
}

async function ownKubeConfig(bed: Bed, { name, namespace }: OldInstallation): Promise<KubeConfig> {
  const cluster = bed.kubeConfig.getCurrentCluster();
  if (!cluster) throw new Error("the kubeconfig has no current cluster");
  await bed.waitForServiceAccount(namespace, name);
  const { status } = await bed.kubeConfig
    .makeApiClient(CoreV1Api)
    .createNamespacedServiceAccountToken({
      name,
      namespace,
      body: { spec: { audiences: [], expirationSeconds: 3600 } },
    });
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromClusterAndUser(cluster, { name: "own", token: status?.token });
  return kubeConfig;
}
