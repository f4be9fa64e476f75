/** Pure: the command that restores the shipped installation, with the tool that installed it. */
import type { InstallationState } from "../../inspect/state";
import { helmReleaseOf, type HelmRelease } from "../../manifests/installation/helm-release";
import type { PlainObject } from "../../manifests/installation/plain-object";
import { APPLY } from "../report/check";

type Installed = InstallationState["installed"];
type Metadata = PlainObject["metadata"];

/** Its marks take precedence. Those of the other objects count if it is missing. */
const DEPLOYMENT = "Deployment/pepr-gmsa";
/** May belong to another release. */
const CRD = /^CustomResourceDefinition\//;

/**
 * Values of the chart that differ from the default only for a while, by the field that they set:
 * `--reuse-values` alone would keep them.
 */
const PASSING_VALUES: Readonly<Record<string, string>> = {
  "webhooks[pepr-gmsa.pepr.dev].failurePolicy": "webhook.failurePolicy=Fail",
};

/**
 * The remedy, with the tool that owns the objects: it would undo the changes of any other tool.
 *
 * @param installed the objects that exist.
 * @param path of the field that differs from the shipped one, if it is about one.
 */
export function applyAdvice({ objects }: Installed, path = ""): string {
  const others = Object.keys(objects).filter(name => !CRD.test(name));
  const advice = [DEPLOYMENT, ...others]
    .flatMap(name => adviceOf(objects[name]?.metadata, path))
    .at(0);
  return advice === undefined ? APPLY : `Apply the installation: ${advice}.`;
}

/** Flux and Argo CD come first, because they leave the marks of Helm or kubectl as well. */
function adviceOf(metadata: Metadata | undefined, path: string): string[] {
  const { labels = {}, annotations = {} } = metadata ?? {};
  return [byFlux(labels), byArgo(labels, annotations), byHelm(helmReleaseOf(metadata), path)]
    .flat()
    .slice(0, 1);
}

type Marks = Record<string, string>;

function byFlux(labels: Marks): string[] {
  return [
    { kind: "helmrelease", group: "helm", flag: "--force" },
    { kind: "kustomization", group: "kustomize", flag: "--with-source" },
  ].flatMap(({ kind, group, flag }) => {
    const name = labels[`${group}.toolkit.fluxcd.io/name`];
    const namespace = labels[`${group}.toolkit.fluxcd.io/namespace`] ?? "";
    return name === undefined ? [] : [`\`flux reconcile ${kind} ${name} -n ${namespace} ${flag}\``];
  });
}

function byArgo(labels: Marks, annotations: Marks): string[] {
  const tracked = annotations["argocd.argoproj.io/tracking-id"]?.split(":")[0];
  const name = tracked ?? labels["argocd.argoproj.io/instance"];
  return name === undefined ? [] : [`\`argocd app sync ${name}\``];
}

function byHelm(release: HelmRelease | undefined, path: string): string[] {
  if (release === undefined) return [];
  const { name, namespace } = release;
  const value = PASSING_VALUES[path];
  const flags = value === undefined ? "--reuse-values" : `--reuse-values --set ${value}`;
  return [
    `\`helm upgrade ${name}\` with its chart, \`-n ${namespace} ${flags}\` (\`gmsa explain helm\`)`,
  ];
}
