/** Runs the steps of a case in a cluster, and has the results judged. */
import type { KubeConfig, V1Pod } from "@kubernetes/client-node";

import { denialReasonOf } from "../../../rules/admission/causes";
import type { CreateAnswer } from "../../../rules/canary/probe-answer";
import { describeCallFailure } from "../../api/connection-failure";
import { execute } from "../../inside/exec";
import { checked, type Check, type CheckName, type Reason } from "./checks";
import type { RunObjects } from "./run-objects";
import { judgeAdmission, judgeKept, judgeRefusal } from "./judge-admission";
import { isStarted, judgeStart } from "./judge-start";
import type { Step } from "./case-model";
import { END_COMMAND } from "./run-pods";
import { commandOf, judgeAnswer, type AskedAbout } from "./questions";
import { pause, unlessInterrupted, until } from "./bounded-wait";

/** Limits in milliseconds. */
export interface Limits {
  /** One answer from a container. */
  answerMs: number;
  /** The start of a container, including its image. */
  startMs: number;
}

/** The inputs of the steps. */
export interface Stage {
  kubeConfig: KubeConfig;
  namespace: string;
  objects: RunObjects;
  about: AskedAbout;
  limits: Limits;
  signal: AbortSignal;
  /** Called with each Pod whose container runs. */
  onStarted: (pod: V1Pod) => void;
}

/** Milliseconds until every replica of the webhook must know a grant or a change. */
const PATIENCE_MS = 15_000;
/** Replicas cache an answer for one second. The rest is for the caches of the API server. */
const SETTLE_MS = 1500;
/** Milliseconds until a Pod must be gone, in addition to its grace period of five seconds. */
const GONE_MS = 120_000;

type StepOf<Does extends Step["do"]> = Extract<Step, { do: Does }>;

/**
 * Runs one step.
 *
 * @throws Interrupted
 */
export async function takeStep(step: Step, stage: Stage): Promise<Check[]> {
  if (isChange(step)) return [await change(step, stage)];
  switch (step.do) {
    case "create":
      return (await Promise.all(step.pods.map(pod => create(pod, step, stage)))).flat();
    case "be refused":
      return [await beRefused(step, stage)];
    case "start":
      return Promise.all(step.pods.map(pod => start(pod, step, stage)));
    case "ask":
      return (await Promise.all(step.pods.map(pod => ask(pod, step, stage)))).flat();
    case "add":
    case "keep":
    case "end":
      return inPod(step, stage);
  }
}

/** Repeats a dry run first, because replicas may not know a new grant yet. */
async function create(pod: V1Pod, step: StepOf<"create">, stage: Stage): Promise<Check[]> {
  const { objects, signal } = stage;
  const name = pod.metadata?.name ?? "";
  const judged = (answer: CreateAnswer): Check[] => judgeAdmission(name, step, answer);
  await until(
    () => objects.createPod(pod, true),
    answer => judged(answer).every(({ verdict }) => verdict === "passed") || !isEarly(answer),
    { limitMs: PATIENCE_MS, signal },
  );
  return judged(await unlessInterrupted(objects.createPod(pod, false), signal));
}

/** Whether a replica or the API server may have answered before it knew the grant or the copy. */
function isEarly(answer: CreateAnswer): boolean {
  if (answer.outcome !== "refused") return answer.outcome === "admitted";
  const denials = answer.causes.map(cause => denialReasonOf(cause));
  return denials.includes("not authorized") || denials.includes("no such credspec");
}

async function beRefused({ pod }: StepOf<"be refused">, stage: Stage): Promise<Check> {
  const name = pod.metadata?.name ?? "";
  const answer = await until(
    () => stage.objects.createPod(pod, true),
    ({ outcome }) => outcome !== "admitted",
    { limitMs: PATIENCE_MS, signal: stage.signal },
  );
  return judgeRefusal(name, answer);
}

async function start(subject: string, step: StepOf<"start">, stage: Stage): Promise<Check> {
  const { objects, signal, limits, onStarted } = stage;
  const due = { subject, ...step };
  const found = await until(
    () => objects.readPod(subject),
    pod => !pod.known || pod.value === undefined || isStarted(pod.value, due),
    { limitMs: limits.startMs, signal },
  );
  if (!found.known) {
    return checked({ name: "start", subject }, found.isForbidden ? "no right" : "call failed", {
      detail: found.why,
    });
  }
  const pod = found.value;
  if (pod !== undefined && isStarted(pod, due)) onStarted(pod);
  const events = await unlessInterrupted(objects.eventsOf(pod), signal);
  return judgeStart(due, { pod, events });
}

async function ask(subject: string, step: StepOf<"ask">, stage: Stage): Promise<Check[]> {
  const { container, questions } = step;
  const { about } = stage;
  const checks: Check[] = [];
  // In sequence: later questions use the ticket that klist gets.
  for (const question of questions) {
    const ran = await runIn(subject, { container, words: commandOf(question, about) }, stage);
    checks.push(judgeAnswer(question, { subject, container }, ran, about));
  }
  return checks;
}

function runIn(
  pod: string,
  { container, words }: { container: string; words: readonly string[] },
  { kubeConfig, namespace, limits, signal }: Stage,
): ReturnType<typeof execute> {
  const where = { namespace, pod, container, timeoutMs: limits.answerMs, signal };
  return unlessInterrupted(execute(kubeConfig, words, where), signal);
}

async function inPod(step: StepOf<"add" | "keep" | "end">, stage: Stage): Promise<Check[]> {
  const { objects, signal } = stage;
  const { pod } = step;
  switch (step.do) {
    case "add": {
      const answer = await unlessInterrupted(objects.addContainer(pod, step.container), signal);
      return judgeAdmission(pod, step, answer);
    }
    case "keep": {
      const found = await unlessInterrupted(objects.readPod(pod), signal);
      if (found.known) return [judgeKept(pod, step.contents, found.value)];
      return [checked({ name: "contents", subject: pod }, "call failed", { detail: found.why })];
    }
    case "end":
      return endProgram(step, stage);
  }
}

/** The connection ends with the container, so a broken connection is not an error. The restart counts. */
async function endProgram(step: StepOf<"end">, stage: Stage): Promise<Check[]> {
  const { pod: subject, container } = step;
  const ran = await runIn(subject, { container, words: END_COMMAND }, stage);
  const of = { name: "restart", subject, container } as const;
  if (ran.outcome === "no such program") return [checked(of, "no program")];
  return ran.outcome === "not allowed" ? [checked(of, "no right", { detail: ran.why })] : [];
}

type Change = StepOf<"delete" | "copy" | "change" | "revoke">;

const CHANGES = {
  delete: "deletion",
  copy: "copy",
  change: "change",
  revoke: "revocation",
} as const satisfies Record<Change["do"], CheckName>;

function isChange(step: Step): step is Change {
  return step.do in CHANGES;
}

async function change(step: Change, stage: Stage): Promise<Check> {
  const subject = subjectOf(step);
  const of = { name: CHANGES[step.do], subject };
  try {
    const [reason, detail] = await unlessInterrupted(make(step, stage), stage.signal);
    return checked(of, reason, { detail });
  } catch (error) {
    if (error instanceof Error && error.name === "Interrupted") throw error;
    return checked(of, "call failed", { detail: describeCallFailure(error) });
  }
}

function subjectOf(step: Change): string {
  if (step.do === "delete") return step.pod;
  return typeof step.copy === "string" ? step.copy : step.copy.name;
}

async function make(step: Change, stage: Stage): Promise<[reason: Reason, detail: string]> {
  const { objects, signal } = stage;
  switch (step.do) {
    case "delete":
      await objects.delete({ kind: "pod", name: step.pod });
      return (await waitUntilGone([step.pod], stage))
        ? ["done", ""]
        : ["call failed", "it is still there"];
    case "copy":
      await objects.createCopy(step.copy);
      return ["done", ""];
    case "change":
      await objects.changeCopy(step.copy, step.credspec);
      break;
    case "revoke":
      await objects.revoke(step.copy);
  }
  await pause(SETTLE_MS, signal);
  return ["done", ""];
}

/**
 * Waits until Pods are gone, up to a limit.
 *
 * @returns whether they are.
 * @throws Interrupted
 */
export async function waitUntilGone(
  names: readonly string[],
  { objects, signal }: Pick<Stage, "objects" | "signal">,
  limitMs = GONE_MS,
): Promise<boolean> {
  const isGone = async (): Promise<boolean> => {
    const found = await Promise.all(names.map(name => objects.readPod(name)));
    found.forEach((pod, index) => {
      const name = names[index] ?? "";
      if (pod.known && pod.value === undefined) objects.forget({ kind: "pod", name });
    });
    return found.every(pod => pod.known && pod.value === undefined);
  };
  return until(isGone, gone => gone, { limitMs, signal });
}
