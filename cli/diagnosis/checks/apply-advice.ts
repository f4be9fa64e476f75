/** Pure: the command that restores the shipped installation, with the tool that installed it. */
import type { InstallationState } from "../../inspect/state";
import { helmReleaseOf, type HelmRelease } from "../../manifests/installation/helm-release";
import type { PlainObject } from "../../manifests/installation/comparison";
import { APPLY } from "../report/check";

type Installed = InstallationState["installed"];
type Metadata = PlainObject["metadata"];

/** Its marks take precedence. Those of the other objects count if it is missing. */
const DEPLOYMENT = "Deployment/pepr-gmsa";
/** May belong to another release. */
const CRD = /^CustomResourceDefinition\//;

/**
 * The remedy, with the tool that owns the objects: it would undo the changes of any other tool.
 *
 * @param installed the objects that exist.
 */
export function applyAdvice({ objects }: Installed): string {
  const others = Object.keys(objects).filter(name => !CRD.test(name));
  const advice = [DEPLOYMENT, ...others].flatMap(name => adviceOf(objects[name]?.metadata)).at(0);
  return advice === undefined ? APPLY : `Apply the installation: ${advice}.`;
}

/** Flux and Argo CD come first, because they leave the marks of Helm or kubectl as well. */
function adviceOf(metadata: Metadata | undefined): string[] {
  const { labels = {}, annotations = {} } = metadata ?? {};
  return [byFlux(labels), byArgo(labels, annotations), byHelm(helmReleaseOf(metadata))]
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

function byHelm(release: HelmRelease | undefined): string[] {
  if (release === undefined) return [];
  const { name, namespace } = release;
  return [
    `\`helm upgrade ${name}\` with its chart, \`-n ${namespace} --reuse-values\` (\`gmsa explain helm\`)`,
  ];
}
