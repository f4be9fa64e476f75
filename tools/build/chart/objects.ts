/** Kubernetes objects as kustomize renders them, as far as they are looked at here. */
import { parseAllDocuments } from "yaml";

import type { NodeMap } from "./go-template";

/** Deployment of the replicas that answer the API server. */
export const CONTROLLER = "pepr-gmsa";
/** Deployment that keeps the certificates. */
export const CERTIFICATES = "pepr-gmsa-certificates";
/** Deployment of the component canary. */
export const CANARY = "pepr-gmsa-canary";
/** Secret that the certificate is in. */
export const TLS_SECRET = "pepr-gmsa-tls";

/** Where the chart is installed. */
export const RELEASE_NAMESPACE = "pepr-system";
/** Kinds in which the webhook's port stands. */
export const KINDS_WITH_PORT = ["Deployment", "Service", "NetworkPolicy"];

/** Any object. */
export interface KubernetesObject extends NodeMap {
  kind: string;
  metadata: Metadata;
}

/** Metadata of an object or of a Pod template. */
export interface Metadata extends NodeMap {
  name: string;
}

/** A container of a Deployment. */
export interface ContainerObject {
  image: string;
  imagePullPolicy?: string;
  resources?: unknown;
  env?: { name: string; value?: string }[];
}

/** What a Deployment says of its Pods. */
export interface PodObject {
  replicas: number;
  containers: [ContainerObject];
  imagePullSecrets?: unknown;
  tolerations?: unknown;
  nodeSelector?: unknown;
  affinity?: unknown;
  priorityClassName?: unknown;
}

/** Reads a stream of YAML documents. */
export function readObjects(yaml: string): KubernetesObject[] {
  // What kustomize and Helm write and read is YAML 1.1.
  return parseAllDocuments(yaml, { version: "1.1" })
    .map(document => document.toJS() as KubernetesObject | null)
    .filter(object => object !== null);
}

/** What an object is called among all others. */
export function nameOf({ kind, metadata }: KubernetesObject): string {
  return `${kind}/${metadata.name}`;
}

/** The Pods of a Deployment. @throws if there is none of that name. */
export function podOf(objects: readonly KubernetesObject[], deployment: string): PodObject {
  const found = objects.find(object => nameOf(object) === `Deployment/${deployment}`);
  if (!found) throw new Error(`there is no Deployment ${deployment}`);
  const { spec } = found as unknown as {
    spec: { replicas?: number; template: { spec: Omit<PodObject, "replicas"> } };
  };
  return { replicas: spec.replicas ?? 1, ...spec.template.spec };
}

/** Where the webhook listens. @throws if the controller's Deployment does not say so */
export function webhookPortOf(objects: readonly KubernetesObject[]): number {
  const { env = [] } = podOf(objects, CONTROLLER).containers[0];
  const port = Number(env.find(({ name }) => name === "WEBHOOK_PORT")?.value);
  if (!Number.isInteger(port)) throw new Error("the controller has no WEBHOOK_PORT");
  return port;
}

/** Helm makes the namespace that it keeps its release in, and owns it only if told so. */
export function isOwnNamespace({ kind, metadata }: KubernetesObject): boolean {
  return kind === "Namespace" && metadata.name === RELEASE_NAMESPACE;
}
