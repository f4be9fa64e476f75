/**
 * Creates the Helm chart from what kustomize renders, so that each rule exists only once.
 *
 * Each object becomes a template in which Helm fills in the values. What a kustomize component adds
 * or changes becomes conditional.
 */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { stringify } from "yaml";

import {
  CANARY,
  CERTIFICATES,
  CONTROLLER,
  isOwnNamespace,
  podOf,
  RELEASE_NAMESPACE,
  webhookPortOf,
} from "./objects";
import type { KubernetesObject, PodObject } from "./objects";
import { withValues } from "./parameters";
import { COMPONENTS, type Rendering } from "./rendered-installation";
import { renderTemplate, type NodeMap } from "./go-template";
import { valuesFile, valuesSchemaFile } from "./values-files";
import { defaultValues } from "./values";
import { addVariant } from "./variants";

const ROOT = resolve(__dirname, "../../..");

/**
 * Components that are not conditions in the templates: a value has the same effect, also on objects
 * of other components.
 */
const BY_VALUE = ["openshift"];
/** The component that lets Helm own the namespace of its release. */
const OWNS_NAMESPACE = "restricted-namespace";

/** Writes the chart into a folder, which is emptied first. */
export function writeChart(folder: string, rendering: Rendering): void {
  const { base, variants } = rendering;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "templates"), { recursive: true });
  const files = join(__dirname, "files");
  cpSync(files, join(folder, "templates"), { recursive: true });
  const values = defaultValues(
    podOf(base, CONTROLLER),
    podOf(base, CERTIFICATES),
    canaryOf(variants),
    webhookPortOf(base),
  );
  writeFileSync(join(folder, "Chart.yaml"), chartFile());
  writeFileSync(join(folder, "values.yaml"), valuesFile(values));
  writeFileSync(join(folder, "values.schema.json"), valuesSchemaFile());
  for (const [name, text] of templatesOf(rendering)) {
    writeFileSync(join(folder, "templates", name), text);
  }
}

function canaryOf(variants: Rendering["variants"]): PodObject {
  const objects = variants.find(({ condition }) => condition === COMPONENTS.canary)?.objects ?? [];
  return podOf(objects, CANARY);
}

function chartFile(): string {
  const { version, description } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    version: string;
    description: string;
  };
  return stringify({
    apiVersion: "v2",
    name: "gmsa",
    description,
    type: "application",
    version,
    appVersion: version,
    // ValidatingAdmissionPolicy and match conditions need 1.30. The suffix allows versions such as
    // -eks-1.
    kubeVersion: ">=1.30.0-0",
  });
}

/** The templates by file name. */
export function templatesOf({ base, variants }: Rendering): Map<string, string> {
  const plain = formsOf(base);
  const templates = new Map(
    [...plain].map(([name, tree]) => [name, { tree, conditions: conditionsOf(tree) }]),
  );
  const conditional = variants.filter(({ name }) => !BY_VALUE.includes(name));
  for (const { name: component, condition, objects } of conditional) {
    const forms = formsOf(objects, component === OWNS_NAMESPACE);
    for (const [name, tree] of forms) {
      const known = templates.get(name) ?? { tree, conditions: [...conditionsOf(tree), condition] };
      const before = plain.get(name);
      if (before) known.tree = addVariant({ base: before, tree: known.tree }, tree, condition);
      else if (templates.has(name)) throw new Error(`two components add ${name}`);
      templates.set(name, known);
    }
    for (const [name, { tree, conditions }] of templates) {
      const isGone = plain.has(name) && !forms.has(name);
      // A conditional Secret would be deleted with its data by a rollback to a release that has it.
      if (isGone && tree.kind !== "Secret") conditions.push(`not (${condition})`);
    }
  }
  return new Map(
    [...templates].map(([name, { tree, conditions }]) => [
      `${name.toLowerCase()}.yaml`,
      conditions.reduceRight(
        (text, condition) => `{{- if ${condition} }}\n${text}{{- end }}\n`,
        renderTemplate(tree),
      ),
    ]),
  );
}

/** The objects of the chart with the values filled in, by file name. */
function formsOf(
  objects: readonly KubernetesObject[],
  ownsNamespace = false,
): Map<string, NodeMap> {
  const port = webhookPortOf(objects);
  const ours = objects.filter(object => ownsNamespace || !isOwnNamespace(object));
  return new Map(ours.map(object => [fileOf(object), withValues(object, port)]));
}

/**
 * File name of an object. Objects with the same name exist in several namespaces, because some
 * components have namespaces of their own.
 */
function fileOf({
  kind,
  metadata: { name, namespace = RELEASE_NAMESPACE },
}: KubernetesObject): string {
  return namespace === RELEASE_NAMESPACE
    ? `${kind}-${name}`
    : `${kind}-${namespace as string}-${name}`;
}

/** Values that switch objects on and off, by kind or by kind and name. */
const SWITCHES: Readonly<Record<string, string>> = {
  "CustomResourceDefinition gmsacredentialspecs.windows.k8s.io": ".Values.crds.install",
  "CustomResourceDefinition peprstores.pepr.dev": ".Values.crds.peprStore",
  NetworkPolicy: ".Values.networkPolicy.enabled",
  PodDisruptionBudget: ".Values.podDisruptionBudget.enabled",
};

function conditionsOf({ kind, metadata }: NodeMap): string[] {
  const { name } = metadata as NodeMap;
  const condition = SWITCHES[kind as string] ?? SWITCHES[`${kind as string} ${name as string}`];
  return condition === undefined ? [] : [condition];
}
