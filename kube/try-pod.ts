/** Creates a Pod as a dry run, and returns the API server's answer as a value. */
import { ApiException, CoreV1Api, type KubeConfig, type V1Pod } from "@kubernetes/client-node";

import type { CreateAnswer } from "../rules/canary/probe-answer";
import { podOf, type Probe } from "../rules/canary/probe";
import { describeFailure } from "./api-error";

/**
 * The deadline for one probe, in milliseconds. It is longer than that of a webhook, so that the API
 * server can report what failed.
 */
export const PROBE_DEADLINE_MS = 30_000;

/** Tries the Pod of a probe. Nothing is stored. */
export async function tryPod(kubeConfig: KubeConfig, probe: Probe): Promise<CreateAnswer> {
  return dryRun(kubeConfig, probe.namespace, podOf(probe) as V1Pod);
}

/** Tries any Pod. Nothing is stored, and no quota counts it. */
export async function dryRun(
  kubeConfig: KubeConfig,
  namespace: string,
  body: V1Pod,
): Promise<CreateAnswer> {
  const core = kubeConfig.makeApiClient(CoreV1Api);
  return answered(core.createNamespacedPod({ namespace, body, dryRun: "All" }));
}

/**
 * Converts the API server's answer to a call that creates or changes a Pod. Errors are answers too, so
 * it never rejects.
 */
export async function answered(call: Promise<V1Pod>): Promise<CreateAnswer> {
  try {
    return { outcome: "admitted", pod: await call };
  } catch (error) {
    return answerOf(error);
  }
}

interface StatusBody {
  kind?: unknown;
  message?: unknown;
  details?: { causes?: { reason?: string; field?: string; message?: string }[] };
}

/** A proxy in front of the API server may answer with a web page instead of a Status. */
function answerOf(error: unknown): CreateAnswer {
  const status = error instanceof ApiException ? statusIn(error.body) : undefined;
  if (!(error instanceof ApiException) || typeof status?.message !== "string") {
    return { outcome: "failed", why: describeFailure(error) };
  }
  const causes = (status.details?.causes ?? []).map(
    ({ reason = "", field = "", message = "" }) => ({ reason, field, message }),
  );
  return { outcome: "refused", code: error.code, message: status.message, causes };
}

function statusIn(body: unknown): StatusBody | undefined {
  try {
    const value: unknown = typeof body === "string" ? JSON.parse(body) : body;
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
