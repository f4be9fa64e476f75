/**
 * The Pods that the canary creates as dry runs, to test whether admission works. Nothing is stored. The
 * Pod that must be refused does not need a node, an image or a credential spec.
 */
import type { PodLike } from "../pod/windows-options";

/** A Pod to try, and the expected result. */
export interface Probe {
  namespace: string;
  /** A Pod with contents but without a name must be refused in every namespace. */
  expect: "refused" | "admitted";
  /** Which of them must refuse it; either if omitted. */
  by?: "webhook" | "policy";
  /**
   * The credential spec that the Pod names. If omitted, a Pod that must be admitted does not use GMSA, and
   * a Pod that must be refused has contents.
   */
  credspec?: string;
  serviceAccount?: string;
}

/** A Pod that the API server accepts. */
export interface ProbePod extends PodLike {
  metadata: { name: string; labels: Record<string, string> };
  spec: NonNullable<PodLike["spec"]>;
}

/** Never exists, so the webhook has to ask the API server before it can refuse the Pod. */
const NOBODYS_CREDSPEC = "gmsa-canary.invalid";

/**
 * The Pods that the webhook must refuse in a namespace that it covers. It refuses the first one on its own,
 * and has to ask the API server about the second.
 */
export function probesToRefuse(probe: Pick<Probe, "namespace" | "by">): [Probe, Probe] {
  const refused: Probe = { ...probe, expect: "refused" };
  return [refused, { ...refused, credspec: NOBODYS_CREDSPEC }];
}

/** How a Pod uses GMSA: with contents but no name, with the name of a credential spec, or not at all. */
export type GmsaOfProbe = "contents" | "name" | "none";

/** Returns how the Pod of a probe uses GMSA. */
export function gmsaOf({ expect, credspec }: Probe): GmsaOfProbe {
  if (credspec !== undefined) return "name";
  return expect === "refused" ? "contents" : "none";
}

/** Appears in audit logs, and identifies the canary there. */
const NAME = "gmsa-canary";
/**
 * Not in any registry: if the API server ever lost the dry-run option, the Pod still could not start.
 */
const IMAGE = "gmsa-canary.invalid/never-started";

/**
 * Returns the Pod of a probe. It meets the restricted Pod Security level and has requests and limits.
 */
export function podOf(probe: Probe): ProbePod {
  const { serviceAccount } = probe;
  const windowsOptions = windowsOptionsOf(probe);
  const resources = { cpu: "1m", memory: "1Mi" };
  const container = {
    name: "never-started",
    image: IMAGE,
    resources: { requests: resources, limits: resources },
  };
  return {
    metadata: { name: NAME, labels: { "app.kubernetes.io/name": NAME } },
    spec: {
      // For Windows Pods, the restricted level requires nothing else.
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

function windowsOptionsOf(probe: Probe): object | undefined {
  switch (gmsaOf(probe)) {
    case "name":
      return { gmsaCredentialSpecName: probe.credspec };
    case "contents":
      return { gmsaCredentialSpec: "{}" };
    case "none":
      return undefined;
  }
}
