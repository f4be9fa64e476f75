/** The services that the bindings use to answer a review, and where they record the answers. */
import type { KubeConfig } from "@kubernetes/client-node";
import { Log } from "pepr";

import { AdmissionCluster } from "../kube/admission-cluster";
import { loadKubeConfig } from "../kube/client";
import { CredspecScan } from "../kube/credspec-scan";
import { KubeNamespaces } from "../kube/namespaces";
import { KubeObjectPages } from "../kube/object-pages";
import type { Cluster } from "../rules/credspec/cluster";
import { metrics, type Metrics } from "../telemetry/metrics";
import { PodHelper } from "./opt-in";

/** All services that a binding needs. Those that are functions connect at the first request. */
export interface Surroundings {
  cluster: () => Cluster;
  helper: () => Pick<PodHelper, "help">;
  /** Undefined if users of credential specs are not to be counted. */
  scan: (() => Pick<CredspecScan, "usersOf">) | undefined;
  metrics: Pick<Metrics, "admission" | "earlyReview">;
  log: { warn: LogLine; error: LogLine };
}

type LogLine = (fields: object, message: string) => void;

let kubeConfig: KubeConfig | undefined;
let connected: Cluster | undefined;
let connectedScan: CredspecScan | undefined;
let podHelper: PodHelper | undefined;

/** Loaded at the first request, because the build by Pepr must not access a cluster. */
function connection(): KubeConfig {
  kubeConfig ??= loadKubeConfig();
  return kubeConfig;
}

function cluster(): Cluster {
  connected ??= new AdmissionCluster(connection(), metrics);
  return connected;
}

/**
 * Like `cluster`, but for lists, which need rights that are granted only if counting is enabled. It has
 * its own connections, so that a slow list does not block admission.
 */
function scan(): CredspecScan {
  connectedScan ??= new CredspecScan(new KubeObjectPages(loadKubeConfig(), metrics));
  return connectedScan;
}

function helper(): PodHelper {
  podHelper ??= new PodHelper(process.env, () => new KubeNamespaces(connection(), metrics));
  return podHelper;
}

const real: Surroundings = {
  cluster,
  helper,
  scan: process.env.GMSA_COUNT_USERS === "true" ? scan : undefined,
  metrics,
  log: Log,
};

/** By the request object, so that a client cannot mark its request as a rehearsal. */
const rehearsals = new WeakMap<object, Surroundings>();

/** Makes the bindings answer this request with these surroundings. */
export function rehearse(request: object, surroundings: Surroundings): void {
  rehearsals.set(request, surroundings);
}

/** Returns the surroundings for a request: those of the real cluster, unless it is a rehearsal. */
export function surroundingsOf(request: object): Surroundings {
  return rehearsals.get(request) ?? real;
}
