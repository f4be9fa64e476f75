/** Kubernetes objects as kustomize renders them; only the fields that the chart needs. */
import { parseAllDocuments } from "yaml";

import type { NodeMap } from "./go-template";

/** Deployment of the replicas that answer the API server. */
export const CONTROLLER = "pepr-gmsa";
/** Deployment of the certificate controller. */
export const CERTIFICATES = "pepr-gmsa-certificates";
/** Deployment of the component canary. */
export const CANARY = "pepr-gmsa-canary";
/** Secret with the serving certificate. */
export const TLS_SECRET = "pepr-gmsa-tls";

/** Namespace of the release. */
export const RELEASE_NAMESPACE = "pepr-system";
/** Kinds that contain the webhook's port. */
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

/** The Pod spec of a Deployment. */
export interface PodObject {
  replicas: number;
  containers: [ContainerObject];
  imagePullSecrets?: unknown;
  tolerations?: unknown;
  nodeSelector?: unknown;
  affinity?: unknown;
  priorityClassName?: unknown;
}

/** Parses a stream of YAML documents. */
export function readObjects(yaml: string): KubernetesObject[] {
  // kustomize and Helm read and write YAML 1.1.
  return parseAllDocuments(yaml, { version: "1.1" })
    .map(document => document.toJS() as KubernetesObject | null)
    .filter(object => object !== null);
}

/** Name that identifies an object among all others. */
export function nameOf({ kind, metadata }: KubernetesObject): string {
  return `${kind}/${metadata.name}`;
}

/** The Pod spec of a Deployment. @throws if it does not exist. */
export function podOf(objects: readonly KubernetesObject[], deployment: string): PodObject {
  const found = objects.find(object => nameOf(object) === `Deployment/${deployment}`);
  if (!found) throw new Error(`there is no Deployment ${deployment}`);
  const { spec } = found as unknown as {
    spec: { replicas?: number; template: { spec: Omit<PodObject, "replicas"> } };
  };
  return { replicas: spec.replicas ?? 1, ...spec.template.spec };
}

/** Port of the webhook. @throws if the controller's Deployment does not contain it */
export function webhookPortOf(objects: readonly KubernetesObject[]): number {
  const { env = [] } = podOf(objects, CONTROLLER).containers[0];
  const port = Number(env.find(({ name }) => name === "WEBHOOK_PORT")?.value);
  if (!Number.isInteger(port)) throw new Error("the controller has no WEBHOOK_PORT");
  return port;
}

/** Helm creates the namespace of its release, and owns it only on request. */
export function isOwnNamespace({ kind, metadata }: KubernetesObject): boolean {
  return kind === "Namespace" && metadata.name === RELEASE_NAMESPACE;
}
