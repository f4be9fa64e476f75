/** Pure: reports a Pod that starts or runs without a failure but does not become ready for minutes. */
import type { V1Pod, V1PodCondition } from "@kubernetes/client-node";

import { NAMESPACE } from "../../../kube/installation-names";
import { pluralize } from "../../../rules/text";
import { fail, type Observed } from "../report/check";

/** Pods of the installation are ready within half a minute after their image is pulled. */
const LONGEST_START_MINUTES = 3;

/** @param now milliseconds since 1970. */
export function observeSlowPod({ metadata, status }: V1Pod, now: number): Observed[] {
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  const minutes = minutesSince(ready, now);
  if (ready?.status !== "False" || minutes < LONGEST_START_MINUTES) return [];
  const name = metadata?.name ?? "";
  return [
    fail(
      `Pod/${name} in ${NAMESPACE} ${whyNotReady(status)}, for ${pluralize(minutes, "minute")}`,
      `Run \`kubectl -n ${NAMESPACE} describe pod ${name}\` to see its events, and \`kubectl -n ${NAMESPACE} logs ${name}\` to see its log.`,
    ),
  ];
}

function whyNotReady(status: V1Pod["status"]): string {
  const waiting = status?.containerStatuses?.flatMap(({ state }) => state?.waiting ?? []).at(0);
  return waiting === undefined
    ? "runs, but is not ready: its readiness probe fails"
    : `does not start: ${waiting.reason ?? ""}, a volume or its network is missing`;
}

/** Whole minutes since a condition changed. The client returns a Date, although the API sends a string. */
function minutesSince(condition: V1PodCondition | undefined, now: number): number {
  const since = condition?.lastTransitionTime;
  return since === undefined ? 0 : Math.floor((now - new Date(since).getTime()) / 60_000);
}
