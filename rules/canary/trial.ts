/**
 * The Pods that are tried, as dry runs, to see whether admission holds. Nothing is ever created: no
 * node, no image and no credential spec is needed for the Pod that must be refused.
 */
import type { PodLike } from "../pod/windows-options";

/** One Pod that is tried, and what must come of it. */
export interface Trial {
  namespace: string;
  /** A Pod with contents and no name must be refused, wherever it is created. */
  expect: "refused" | "admitted";
  /** Who must refuse it; either of them if left out. */
  by?: "webhook" | "policy";
  /**
   * What the Pod names. Without one, a Pod that must be admitted does not use GMSA, and one that must be
   * refused has contents.
   */
  credspec?: string;
  serviceAccount?: string;
}

/** A Pod that the API server accepts. */
export interface TrialPod extends PodLike {
  metadata: { name: string; labels: Record<string, string> };
  spec: NonNullable<PodLike["spec"]>;
}

/** No credential spec has this name: the webhook has to ask the API server before it can refuse it. */
export const NOBODYS_CREDSPEC = "gmsa-canary.invalid";

/** Shown in audit logs, so that whoever reads one knows what this was. */
const NAME = "gmsa-canary";
/** No registry has it: if the dry run were ever lost on the way, the Pod would not start. */
const IMAGE = "gmsa-canary.invalid/never-started";

/** The Pod of a trial. It meets the restricted Pod Security level and has requests and limits. */
export function podOf({ expect, credspec, serviceAccount }: Trial): TrialPod {
  const windowsOptions = windowsOptionsOf(expect, credspec);
  const resources = { cpu: "1m", memory: "1Mi" };
  const container = {
    name: "never-started",
    image: IMAGE,
    resources: { requests: resources, limits: resources },
  };
  return {
    metadata: { name: NAME, labels: { "app.kubernetes.io/name": NAME } },
    spec: {
      // Of Windows Pods, the restricted level asks for no more than this.
      os: { name: "windows" },
      nodeSelector: { "kubernetes.io/os": "windows" },
      ...(serviceAccount === undefined ? {} : { serviceAccountName: serviceAccount }),
      ...{ automountServiceAccountToken: false },
      securityContext: {
        ...{ runAsNonRoot: true },
        ...(windowsOptions === undefined ? {} : { windowsOptions }),
      },
      containers: [container],
    },
  };
}

function windowsOptionsOf(expect: Trial["expect"], credspec?: string): object | undefined {
  if (credspec !== undefined) return { gmsaCredentialSpecName: credspec };
  return expect === "refused" ? { gmsaCredentialSpec: "{}" } : undefined;
}
