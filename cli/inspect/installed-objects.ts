/** Reads every object that may be part of an installation, as the API server returns it. */
import type { KubeConfig } from "@kubernetes/client-node";

import { listPath, rawGet } from "../../kube/raw-get";
import { ifThere, lookUp, type Unread } from "../api/calls";
import { idOf, type PlainObject } from "../manifests/installation/plain-object";
import { moduleHash, shippedObjects } from "../manifests/installation/expected-objects";

/** The objects of an installation, by `idOf`. */
export interface InstalledObjects {
  objects: Record<string, PlainObject | undefined>;
  /** Why an object could not be read, by `idOf`. */
  unknown: Record<string, Unread>;
}

const HASH = "MODULE_HASH";

export async function readInstalledObjects(kubeConfig: KubeConfig): Promise<InstalledObjects> {
  const all = shippedObjects();
  const ofModule = all.filter(({ metadata }) => metadata.name.includes(HASH));
  const others = all.filter(object => !ofModule.includes(object));
  const installed: InstalledObjects = { objects: {}, unknown: {} };
  await Promise.all(others.map(object => read(kubeConfig, object, installed)));
  const hash = moduleHash(installed.objects);
  if (hash === "") return installed;
  await Promise.all(
    ofModule.map(object => {
      const name = object.metadata.name.replace(HASH, hash);
      const named = { ...object, metadata: { ...object.metadata, name } };
      return read(kubeConfig, named, installed);
    }),
  );
  return installed;
}

async function read(
  kubeConfig: KubeConfig,
  object: PlainObject,
  { objects, unknown }: InstalledObjects,
): Promise<void> {
  const { apiVersion, kind, metadata } = object;
  const plural = `${kind.toLowerCase()}s`.replace(/ys$/, "ies");
  const { name, namespace } = metadata;
  const where = namespace === undefined ? "" : ` in namespace ${namespace}`;
  const answer = await lookUp(`get ${plural}${where}`, () =>
    ifThere(rawGet(kubeConfig, `${listPath(apiVersion, plural, namespace)}/${name}`)),
  );
  if (!answer.known) {
    const { why, isForbidden } = answer;
    unknown[idOf(object)] = { why, isForbidden };
  } else if (answer.value !== undefined) {
    objects[idOf(object)] = answer.value as PlainObject;
  }
}
