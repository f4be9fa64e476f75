/** Pure: whether a container runs, from the status and the events of its Pod. */
import type {
  CoreV1Event,
  V1ContainerStateWaiting,
  V1ContainerStatus,
  V1Pod,
} from "@kubernetes/client-node";

import type { Lookup } from "../../api/calls";
import { judgeEvents } from "../../inside/pod-events";
import { checked, type Check } from "./checks";

/** The Pod when its container was running, or when the wait ended. */
export interface StartSeen {
  /** Undefined if it does not exist. */
  pod: V1Pod | undefined;
  events: Lookup<readonly CoreV1Event[]>;
}

/** The container, and its minimum number of restarts. */
export interface DueStart {
  subject: string;
  container: string;
  restarts: number;
}

/** Reasons of the kubelet for a missing image. */
const NO_IMAGE = ["ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull"];

/** Whether the container runs and has restarted often enough. */
export function isStarted(pod: V1Pod | undefined, { container, restarts }: DueStart): boolean {
  const { state, restartCount = 0 } = statusOf(pod, container) ?? {};
  return state?.running !== undefined && restartCount >= restarts;
}

export function judgeStart(due: DueStart, { pod, events }: StartSeen): Check {
  const { subject, container, restarts } = due;
  const isRestart = restarts > 0;
  const of = { name: isRestart ? "restart" : "start", subject, container } as const;
  if (pod === undefined) return checked(of, "gone");
  if (isStarted(pod, due)) return checked(of, isRestart ? "restarted" : "running");
  return notRunning(of, pod, events);
}

type Of = Pick<Check, "name" | "subject" | "container">;

function notRunning(of: Of, pod: V1Pod, events: StartSeen["events"]): Check {
  const status = statusOf(pod, of.container ?? "");
  const { running, waiting, terminated } = status?.state ?? {};
  if (running !== undefined) return checked(of, "not restarted");
  if (terminated !== undefined) return checked(of, "ended", { detail: endOf(status) });
  return whileWaiting(of, { waiting, status, pod, events });
}

interface Waiting extends StartSeen {
  pod: V1Pod;
  status: V1ContainerStatus | undefined;
  waiting: V1ContainerStateWaiting | undefined;
}

function whileWaiting(of: Of, { waiting, status, pod, events }: Waiting): Check {
  const { reason = "", message = reason } = waiting ?? {};
  if (NO_IMAGE.includes(reason)) return checked(of, "no image", { detail: message });
  return reason === "CrashLoopBackOff"
    ? checked(of, "ended", { detail: endOf(status) })
    : unstarted(of, pod, { waiting: reason, events });
}

/** For a container that has neither started nor ended. */
function unstarted(
  of: Of,
  pod: V1Pod,
  { waiting, events }: Pick<StartSeen, "events"> & { waiting: string },
): Check {
  const failures = judgeEvents(events).filter(({ level }) => level === "fail");
  if (failures.length > 0) {
    return checked(of, "not started", {
      detail: failures.map(({ message }) => message).join("; "),
    });
  }
  const scheduled = pod.status?.conditions?.find(({ type }) => type === "PodScheduled");
  if (scheduled?.status !== "True") {
    return checked(of, "not scheduled", { detail: scheduled?.message ?? "" });
  }
  return checked(of, "no sign of a start", { detail: events.known ? waiting : events.why });
}

function endOf({ state, lastState }: Partial<V1ContainerStatus> = {}): string {
  const ended = state?.terminated ?? lastState?.terminated;
  return ended === undefined ? "" : `${ended.reason ?? "it ended"}, exit code ${ended.exitCode}`;
}

/** The status of a container of any kind. Undefined if it has none yet. */
export function statusOf(
  pod: Pick<V1Pod, "status"> | undefined,
  name: string,
): V1ContainerStatus | undefined {
  const { containerStatuses, initContainerStatuses, ephemeralContainerStatuses } =
    pod?.status ?? {};
  return [containerStatuses, initContainerStatuses, ephemeralContainerStatuses]
    .flatMap(statuses => statuses ?? [])
    .find(status => status.name === name);
}
