/** Renders the kustomizations with kubectl, as objects. */
import type { KubernetesObject, V1Deployment } from "@kubernetes/client-node";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { parseAllDocuments } from "yaml";

import { findBinaries } from "../programs/binaries";
import type { Kinds } from "./kinds";
import { writeOverlay } from "./overlay";

const run = promisify(execFile);

/** The objects of one rendering. */
export class Rendering {
  readonly objects: readonly KubernetesObject[];

  /** @param yaml any number of documents */
  constructor(yaml: string) {
    this.objects = parseAllDocuments(yaml).map(document => document.toJS() as KubernetesObject);
  }

  /** @throws with the object's name if it does not exist */
  get<K extends keyof Kinds>(kind: K, name: string): Kinds[K] {
    const found = this.objects.find(
      object => object.kind === kind && object.metadata?.name === name,
    );
    if (found === undefined) throw new Error(`the rendering holds no ${kind} ${name}`);
    return found as Kinds[K];
  }

  all<K extends keyof Kinds>(kind: K): Kinds[K][] {
    return this.objects.filter(object => object.kind === kind) as Kinds[K][];
  }

  /** Reads a value of each Deployment, by name, for rules that hold for all of them. */
  ofDeployments<T>(read: (deployment: V1Deployment) => T): Record<string, T> {
    const deployments = this.all("Deployment");
    if (deployments.length === 0) throw new Error("the rendering holds no Deployment");
    return Object.fromEntries(
      deployments.map(deployment => [deployment.metadata?.name, read(deployment)]),
    ) as Record<string, T>;
  }
}

/**
 * The YAML of a kustomization, as `kubectl kustomize` prints it.
 *
 * @param kubectl path or name; by default that of the control plane.
 */
export async function kustomize(dir: string, kubectl?: string): Promise<string> {
  const program = kubectl ?? (await findBinaries(() => undefined)).kubectl;
  const { stdout } = await run(program, ["kustomize", dir], { maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}

const rendered = new Map<string, Promise<string>>();

/** Renders the installation with these components, from the built repository; cached. */
export function render(components: readonly string[]): Promise<string> {
  const key = components.join();
  const yaml = rendered.get(key) ?? renderWith(components);
  rendered.set(key, yaml);
  return yaml;
}

/** The same without the cache. */
export async function renderWith(components: readonly string[], kubectl?: string): Promise<string> {
  const overlay = writeOverlay(components);
  try {
    return await kustomize(overlay.dir, kubectl);
  } finally {
    overlay.remove();
  }
}
