/** Pure: whether a container runs, by what its Pod and the events of that say. */
import type {
  CoreV1Event,
  V1ContainerStateWaiting,
  V1ContainerStatus,
  V1Pod,
} from "@kubernetes/client-node";

import type { Lookup } from "../../api/calls";
import { judgeEvents } from "../../inside/pod-events";
import { checked, type Check } from "./checks";

/** A Pod, as it was when its container ran, or when nothing more was waited for. */
export interface StartSeen {
  /** undefined if there is none. */
  pod: V1Pod | undefined;
  events: Lookup<readonly CoreV1Event[]>;
}

/** Which container, and how often it has to have been started again. */
export interface DueStart {
  subject: string;
  container: string;
  restarts: number;
}

/** Of kubelets, where there is no image. */
const NO_IMAGE = ["ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull"];

/** Whether it runs, and is as often restarted as it has to be. */
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

/** Without a start, and without an end. */
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

/** The status of a container of any kind; undefined while there is none. */
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
