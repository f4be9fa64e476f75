/** Reads what a run needs before it creates anything, and refuses a run that cannot work. */
import {
  CoreV1Api,
  CustomObjectsApi,
  type KubeConfig,
  type V1Deployment,
  type V1Node,
} from "@kubernetes/client-node";

import { devDependencies, version } from "../../../package.json";
import { listAllPages } from "../../../kube/pager";
import { canonicalJson } from "../../../rules/credspec/canonical-json";
import type { JsonObject } from "../../../rules/json-object";
import { CREDSPEC_RESOURCE } from "../../../rules/credspec/resource";
import { isObject } from "../../../rules/object";
import { asked, ifThere, reachable, type Lookup } from "../../api/calls";
import { clusterOfUser } from "../../api/user-cluster";
import { accountIn, domainOf } from "../../inside/names-in-credspec";
import { collectorsFor } from "../../inspect/collectors";
import { installedModule, peprOf } from "../../inspect/installed-module";
import { buildOf, isWindows } from "../../inspect/windows-node";
import { Failure } from "../../terminal/failure";
import { STAND_IN_ANNOTATION } from "./case-model";
import { offeredBy, type Offered } from "./offered";
import type { ConformanceReport, NodeOfReport } from "./conformance-report";
import { UNUSED } from "./words";

/** The names that the user gives. */
export interface Named {
  namespace: string;
  serviceAccount: string;
  credspec: string;
}

export interface Environment extends Offered {
  versionsSeen: ConformanceReport["versions"];
  nodes: NodeOfReport[];
  credspec: JsonObject;
  account: string;
  domain: string;
}

/** @throws Failure if there is no Windows node, or a named object is missing or unusable. */
export async function readEnvironment(kubeConfig: KubeConfig, named: Named): Promise<Environment> {
  const kubernetes = await reachable(kubeConfig);
  const core = kubeConfig.makeApiClient(CoreV1Api);
  const nodes = await asked(
    listAllPages(
      page => core.listNode(page),
      node => node,
    ),
  );
  const offered = offeredBy(nodes);
  if (offered.versions.length === 0) throw withoutNodes(nodes, offered);
  const [credspec, controller] = await Promise.all([
    readCredspec(kubeConfig, named.credspec),
    collectorsFor(kubeConfig, { now: new Date() }).controller(),
  ]);
  await requireAccount(core, named);
  await requireGrant(kubeConfig, named);
  const domain = domainOf(credspec);
  if (domain === undefined) {
    throw new Failure(
      `GMSACredentialSpec ${named.credspec} has no DNS name of a domain in DomainJoinConfig.DnsName`,
      "Run `gmsa lint --cluster` to see the problem.",
    );
  }
  return {
    ...offered,
    versionsSeen: versionsOf(kubernetes, controller),
    nodes: nodesOf(nodes, offered),
    credspec,
    account: accountIn(canonicalJson(credspec)),
    domain,
  };
}

function withoutNodes(nodes: readonly V1Node[], { unused }: Offered): Failure {
  const windows = nodes.filter(isWindows).length;
  if (windows === 0) {
    return new Failure(
      "the cluster has no Windows node; nothing was created",
      "Conformance tests need Windows Server 2019, 2022 or 2025: add a node, or choose another --context.",
    );
  }
  const why = unused.map(({ node, why: each }) => `${node}: ${UNUSED[each]}`).join("; ");
  return new Failure(
    `no Windows node can be used (${why}); nothing was created`,
    "Run `gmsa doctor --check node-build --check node-runtime --check node-labels` to check the nodes.",
  );
}

async function readCredspec(kubeConfig: KubeConfig, name: string): Promise<JsonObject> {
  const api = kubeConfig.makeApiClient(CustomObjectsApi);
  const object = (await asked(
    ifThere(api.getClusterCustomObject({ ...CREDSPEC_RESOURCE, name })),
  )) as { credspec?: unknown } | undefined;
  if (object === undefined) {
    throw new Failure(
      `there is no GMSACredentialSpec ${name}; nothing was created`,
      "Run `kubectl get gmsa` to list the existing ones.",
    );
  }
  if (!isObject(object.credspec)) {
    throw new Failure(
      `GMSACredentialSpec ${name} has no contents`,
      "Run `gmsa lint --cluster` to see why.",
    );
  }
  return object.credspec as JsonObject;
}

async function requireAccount(
  core: CoreV1Api,
  { namespace, serviceAccount: name }: Named,
): Promise<void> {
  if (
    (await asked(ifThere(core.readNamespacedServiceAccount({ namespace, name })))) !== undefined
  ) {
    return;
  }
  throw new Failure(
    `there is no service account ${namespace}/${name}; nothing was created`,
    `Run \`kubectl create serviceaccount ${name} -n ${namespace}\` to create it.`,
  );
}

/**
 * Fails if every Pod would be refused for lack of a grant. If the user may not ask for this, the first Pod
 * shows it.
 */
async function requireGrant(
  kubeConfig: KubeConfig,
  { namespace, serviceAccount: name, credspec }: Named,
): Promise<void> {
  const { cluster, mayReview } = await clusterOfUser(kubeConfig);
  if (!mayReview) return;
  const use = await cluster.mayUse({ namespace, name }, credspec);
  if (use.outcome !== "denied") return;
  throw new Failure(
    `service account ${namespace}/${name} may not use ${credspec}; nothing was created`,
    `Run \`gmsa grant ${credspec} --service-account ${namespace}/${name}\`.`,
  );
}

function versionsOf(
  kubernetes: string,
  controller: Lookup<V1Deployment | undefined>,
): ConformanceReport["versions"] {
  const seen = controller.known ? controller.value : undefined;
  const of = { gmsa: version, pepr: devDependencies.pepr, kubernetes };
  if (seen === undefined) return of;
  const { version: installed = "unknown", build, image } = installedModule(seen);
  return { ...of, module: { version: installed, build, image, pepr: peprOf(image) ?? "unknown" } };
}

/** The nodes that get Pods. */
function nodesOf(nodes: readonly V1Node[], { versions }: Offered): NodeOfReport[] {
  return versions.flatMap(({ name: windows, nodes: names }) =>
    nodes
      .filter(({ metadata }) => names.includes(metadata?.name ?? ""))
      .map(node => nodeOf(node, windows)),
  );
}

const NO_INFO = { osImage: "", kubeletVersion: "", containerRuntimeVersion: "" };

function nodeOf(node: V1Node, windows: string): NodeOfReport {
  const { osImage, kubeletVersion, containerRuntimeVersion } = node.status?.nodeInfo ?? NO_INFO;
  return {
    name: node.metadata?.name ?? "",
    windows,
    osImage,
    build: buildOf(node)?.text ?? "",
    kubelet: kubeletVersion,
    containerRuntime: containerRuntimeVersion,
    played: isStandIn(node) ? "stand-in" : "real",
  };
}

function isStandIn({ metadata }: V1Node): boolean {
  return metadata?.annotations?.[STAND_IN_ANNOTATION] === "true";
}
