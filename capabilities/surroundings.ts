/** What the bindings answer a review with, and where their answers leave a trace. */
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

/** All that a binding needs beside the review. What is a function connects at the first request. */
export interface Surroundings {
  cluster: () => Cluster;
  helper: () => Pick<PodHelper, "help">;
  /** Undefined where users of credspecs are not to be counted. */
  scan: (() => Pick<CredspecScan, "usersOf">) | undefined;
  metrics: Pick<Metrics, "admission" | "earlyReview">;
  log: { warn: LogLine; error: LogLine };
}

type LogLine = (fields: object, message: string) => void;

let kubeConfig: KubeConfig | undefined;
let connected: Cluster | undefined;
let connectedScan: CredspecScan | undefined;
let podHelper: PodHelper | undefined;

/** Loaded at the first request: nothing may touch the cluster while Pepr builds the module. */
function connection(): KubeConfig {
  kubeConfig ??= loadKubeConfig();
  return kubeConfig;
}

function cluster(): Cluster {
  connected ??= new AdmissionCluster(connection(), metrics);
  return connected;
}

/**
 * As `cluster`, for what takes rights that are granted only where it is wanted. With connections of its
 * own: a list that hangs takes none from admissions.
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

/** By the request as an object: nothing that can be sent makes a request a rehearsal. */
const rehearsals = new WeakMap<object, Surroundings>();

/** Has the bindings answer this request with these surroundings. */
export function rehearse(request: object, surroundings: Surroundings): void {
  rehearsals.set(request, surroundings);
}

/** What to answer this request with: the cluster itself, unless it is a rehearsal. */
export function surroundingsOf(request: object): Surroundings {
  return rehearsals.get(request) ?? real;
}
