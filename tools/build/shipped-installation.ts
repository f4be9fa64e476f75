/**
 * `npm run build:shipped`: writes cli/manifests/installation/shipped.json, with which the command
 * line tool compares an installation.
 *
 * Generating it needs the built module and kustomize. `npm ci`, which bundles the tool, has
 * neither, so the file is committed. A manifests test compares it with the build. A build only
 * reports that it is stale, because builds write only to dist/.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";

import { findKubectl } from "./find-kubectl";
import { renderInstallation, type Rendering } from "./chart/rendered-installation";
import { isOwnNamespace, KINDS_WITH_PORT, nameOf, webhookPortOf } from "./chart/objects";
import type { KubernetesObject } from "./chart/objects";

const FILE = resolve(__dirname, "../../cli/manifests/installation/shipped.json");

/** Placeholder for the hash of the module, which differs between builds. */
const MODULE_HASH = "MODULE_HASH";
/** Label with the version in package.json, which the tool knows. */
const VERSION_LABEL = "app.kubernetes.io/version";
/** Label prefix of pepr-system: other modules may need another level. */
const POD_SECURITY = "pod-security.kubernetes.io/";

/** Kinds for people and other programs. No Pod's admission depends on them, and users change them. */
const NOT_COMPARED = [
  "ConfigMap",
  "ServiceMonitor",
  "PodMonitor",
  "PrometheusRule",
  "Certificate",
  "Issuer",
];

interface ShippedInstallation {
  base: KubernetesObject[];
  components: {
    name: string;
    /** Objects that the base does not have, or has in another form. */
    objects: KubernetesObject[];
    /** Kind/name of objects in the base that the component removes. */
    without: string[];
  }[];
}

/** The installation without fields that differ between builds and clusters. */
export function shippedInstallation({ base, variants }: Rendering): ShippedInstallation {
  const port = webhookPortOf(base);
  const plain = comparable(base, port);
  return {
    base: plain,
    components: variants.map(({ name, objects }) => {
      const all = comparable(objects, port);
      const names = new Set(all.map(nameOf));
      return {
        name,
        objects: all.filter(object => !plain.some(before => isDeepStrictEqual(before, object))),
        without: plain.map(nameOf).filter(each => !names.has(each)),
      };
    }),
  };
}

/** How to update a file that differs from the build; undefined if it does not. */
export function staleness(rendering: Rendering): string | undefined {
  return isDeepStrictEqual(shippedInstallation(rendering), JSON.parse(readFileSync(FILE, "utf8")))
    ? undefined
    : "cli/manifests/installation/shipped.json differs from the build, and gmsa doctor would report the\n" +
        "differences. Run `npm run build:shipped`, and commit the file.";
}

/**
 * @param port the port of every object; an installation may use another, which the tool
 * substitutes.
 */
function comparable(objects: readonly KubernetesObject[], port: number): KubernetesObject[] {
  const hash = moduleHash(objects);
  const ownPort = webhookPortOf(objects);
  return objects
    .filter(({ kind }) => !NOT_COMPARED.includes(kind))
    .map(object => {
      const { data, metadata, ...rest } = object;
      const { labels = {}, ...others } = metadata;
      const kept = Object.entries(labels as object).filter(
        ([key]) =>
          key !== VERSION_LABEL && !(isOwnNamespace(object) && key.startsWith(POD_SECURITY)),
      );
      const text = JSON.stringify({
        ...rest,
        metadata: { ...others, labels: Object.fromEntries(kept) as object },
        // Keep only the keys of Secrets: their values do not belong in a file.
        ...(data === undefined ? {} : { data: emptied(data as object) }),
      });
      const withoutHash = text.replaceAll(hash, MODULE_HASH);
      const hasPort = KINDS_WITH_PORT.includes(object.kind);
      return JSON.parse(
        hasPort ? withPort(withoutHash, ownPort, port) : withoutHash,
      ) as KubernetesObject;
    });
}

function withPort(json: string, from: number, to: number): string {
  return json.replaceAll(new RegExp(`:("?)${from}\\1(?=[,}\\]])`, "g"), `:$1${to}$1`);
}

function emptied(data: object): object {
  return Object.fromEntries(Object.keys(data).map(key => [key, ""]));
}

function moduleHash(objects: readonly KubernetesObject[]): string {
  const names = objects.map(({ metadata }) => metadata.name);
  const hash = names.flatMap(name => /^pepr-gmsa-module-([0-9a-f]{64})$/.exec(name)?.[1] ?? [])[0];
  if (hash === undefined) throw new Error("the installation holds no module");
  return hash;
}

async function main(): Promise<void> {
  const installation = shippedInstallation(await renderInstallation(await findKubectl()));
  writeFileSync(FILE, `${JSON.stringify(installation, null, 2)}\n`);
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
