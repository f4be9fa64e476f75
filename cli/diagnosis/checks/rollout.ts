import type {
  V1ContainerStatus,
  V1Deployment,
  V1Pod,
  V1PodCondition,
} from "@kubernetes/client-node";

import { NAMESPACE } from "../../../kube/installation-names";
import { check, fail, skip, unlessWrong, type Observed } from "../report/check";
import { observeSlowPod } from "./slow-pod";

/** Reasons why a container waits for a moment although nothing is wrong. */
const STARTING = new Set(["ContainerCreating", "PodInitializing"]);

/** Checks that every Pod of the Deployments starts, or reports which one does not and why. */
export const rollout = check({
  name: "rollout",
  title: "every Pod of the installation starts",
  needs: ["controller", "keeper", "modulePods", "now"],
  judge({ controller, keeper, modulePods, now }) {
    const deployments = [controller, keeper].filter(one => one !== undefined);
    if (deployments.length === 0) return [skip("the installation does not have a Deployment")];
    return unlessWrong(
      [...modulePods.flatMap(pod => ofPod(pod, now)), ...deployments.flatMap(ofDeployment)],
      "no Pod of the installation fails to start",
    );
  },
});

function ofPod(pod: V1Pod, now: number): Observed[] {
  const { metadata: { deletionTimestamp, name = "" } = {}, status } = pod;
  if (deletionTimestamp !== undefined) return [];
  const unscheduled = status?.conditions?.find(
    ({ type, status: is }) => type === "PodScheduled" && is === "False",
  );
  if (unscheduled !== undefined) return [withoutNode(name, unscheduled)];
  const failing = containersIn(pod).flatMap(container => inPod(pod, container));
  return failing.length > 0 ? failing : observeSlowPod(pod, now);
}

function containersIn({ status }: V1Pod): V1ContainerStatus[] {
  return [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
}

function withoutNode(name: string, { reason, message }: V1PodCondition): Observed {
  return fail(
    `Pod/${name} in ${NAMESPACE} is not scheduled: ${reason ?? "Unschedulable"} (${firstLine(message)})`,
    `Add capacity, or change the Pod's requirements for nodes. Run \`kubectl -n ${NAMESPACE} describe pod ${name}\` to see them.`,
  );
}

function inPod(pod: V1Pod, container: V1ContainerStatus): Observed[] {
  const { reason = "", message } = container.state?.waiting ?? endedIn(container);
  if (reason === "" || STARTING.has(reason)) return [];
  const name = pod.metadata?.name ?? "";
  const details = message === undefined ? "" : ` (${firstLine(message)})`;
  return [
    fail(
      `Pod/${name} in ${NAMESPACE} does not run: ${reason} of image ${imageOf(pod, container)}${endsOf(container)}${details}`,
      remedyFor(reason, name),
    ),
  ];
}

/** The state of a container that has failed and has not been restarted yet. */
function endedIn({ state }: V1ContainerStatus): { reason?: string; message?: string } {
  const { exitCode = 0, reason, message } = state?.terminated ?? {};
  return exitCode === 0 ? {} : { reason: `${reason ?? "Error"} (exit code ${exitCode})`, message };
}

function imageOf({ spec }: V1Pod, { name }: V1ContainerStatus): string {
  return (
    [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].find(each => each.name === name)
      ?.image ?? ""
  );
}

function endsOf({ lastState, restartCount }: V1ContainerStatus): string {
  const last = lastState?.terminated;
  return last === undefined
    ? ""
    : `, it ended ${restartCount} times, last with ${last.reason ?? "code"} ${last.exitCode}`;
}

/** @param reason why the kubelet lets a container wait, such as ErrImagePull. */
function remedyFor(reason: string, pod: string): string {
  return /Image|Registry/.test(reason)
    ? `Use an image that the nodes can pull (\`gmsa explain install\`), or set its pull secret. Run \`kubectl -n ${NAMESPACE} describe pod ${pod}\` to see the events.`
    : `Run \`kubectl -n ${NAMESPACE} logs ${pod} --previous\` to see its log.`;
}

/** Problems that keep a Deployment from creating Pods, such as a quota or Pod Security. */
function ofDeployment({ metadata, status }: V1Deployment): Observed[] {
  const name = `Deployment/${metadata?.name ?? ""}`;
  return (status?.conditions ?? [])
    .filter(
      ({ type, status: is, reason }) =>
        (type === "ReplicaFailure" && is === "True") || reason === "ProgressDeadlineExceeded",
    )
    .map(({ type, reason = "", message }) =>
      fail(
        type === "ReplicaFailure"
          ? `${name}: its Pods cannot be created: ${reason} (${firstLine(message)})`
          : `${name}: its rollout is stuck: ${reason}`,
        `Run \`kubectl -n ${NAMESPACE} get events\` to see the cause, and \`kubectl -n ${NAMESPACE} rollout undo ${name.toLowerCase()}\` to undo the last change.`,
      ),
    );
}

function firstLine(message = ""): string {
  return message.split("\n")[0]?.slice(0, 200) ?? "";
}
