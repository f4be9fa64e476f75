/** Runs the cases of each version of Windows in sequence, and all versions concurrently. */
import type { V1Pod } from "@kubernetes/client-node";

import { checked, verdictOf, type Check, type CheckName } from "./checks";
import { commandToRemove, type Created } from "./run-objects";
import { statusOf } from "./judge-start";
import { VERSION_NAMES, type Case, type Copy, type Step } from "./case-model";
import type { CaseReport, ConformanceReport } from "./conformance-report";
import { takeStep, waitUntilGone, type Stage } from "./run-steps";
import { Interrupted } from "./bounded-wait";

/** The check that reports a step that was not run, or was interrupted. */
const CHECK_OF: Readonly<Record<Step["do"], CheckName>> = {
  create: "admission",
  "be refused": "revocation",
  add: "admission",
  start: "start",
  ask: "kerberos",
  end: "restart",
  delete: "deletion",
  copy: "copy",
  change: "change",
  revoke: "revocation",
  keep: "contents",
};

/** If one of these steps fails, the following steps cannot run. */
const ENDING: readonly Step["do"][] = ["create", "add", "start", "end", "copy", "change", "revoke"];

/**
 * Runs every case.
 *
 * @param onCase called with the report of each case when it ends.
 */
export async function runCases(
  cases: readonly Case[],
  stage: Stage,
  onCase: (report: CaseReport) => void,
): Promise<CaseReport[]> {
  const byVersion = VERSION_NAMES.map(version =>
    cases.filter(({ windows }) => windows === version),
  );
  const reports = await Promise.all(
    byVersion.map(async those => {
      const done: CaseReport[] = [];
      for (const each of those) {
        const report = await runCase(each, stage);
        done.push(report);
        onCase(report);
      }
      return done;
    }),
  );
  return reports.flat();
}

async function runCase({ steps, ...of }: Case, stage: Stage): Promise<CaseReport> {
  const started = performance.now();
  const checks = await takeSteps(steps, stage);
  if (!stage.signal.aborted) await removePods(steps, stage);
  const seconds = Math.round(performance.now() - started) / 1000;
  return { ...of, verdict: verdictOf(checks), seconds, checks };
}

async function takeSteps(steps: readonly Step[], stage: Stage): Promise<Check[]> {
  const checks: Check[] = [];
  for (const [index, step] of steps.entries()) {
    try {
      const taken = await takeStep(step, stage);
      checks.push(...taken);
      if (!hasFailed(step, taken)) continue;
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      checks.push(checked({ name: CHECK_OF[step.do], subject: subjectOf(step) }, "interrupted"));
    }
    const rest = steps.slice(index + 1);
    const skipped = rest.map(each =>
      checked({ name: CHECK_OF[each.do], subject: subjectOf(each) }, "after the above"),
    );
    return [...checks, ...skipped];
  }
  return checks;
}

function hasFailed(step: Step, checks: readonly Check[]): boolean {
  return ENDING.includes(step.do) && checks.some(({ verdict }) => verdict !== "passed");
}

/** The first Pod, or the copy, of a step. */
function subjectOf(step: Step): string {
  if ("pods" in step) return nameOf(step.pods[0] ?? "");
  return "pod" in step ? nameOf(step.pod) : nameOf(step.copy);
}

function nameOf(of: string | V1Pod | Copy): string {
  if (typeof of === "string") return of;
  return "name" in of ? of.name : (of.metadata?.name ?? "");
}

/**
 * Deletes the Pods of a case, because Windows nodes are small and the next case needs the room. It does not
 * wait for them to end; removeAll does.
 */
async function removePods(steps: readonly Step[], { objects }: Stage): Promise<void> {
  const names = steps.flatMap(step => (step.do === "create" ? step.pods : []));
  const created = names.map(({ metadata }) => ({
    kind: "pod" as const,
    name: metadata?.name ?? "",
  }));
  await Promise.all(created.map(each => objects.delete(each).catch(() => undefined)));
}

/** A skipped case for each version that no node offers, so that the report lists it. */
export function casesWithoutNode(cases: readonly Case[]): CaseReport[] {
  return VERSION_NAMES.filter(name => cases.every(({ windows }) => windows !== name)).map(name => {
    const subject = `Windows Server ${name}`;
    const checks = [checked({ name: "start", subject }, "no node")];
    const title = `All cases on ${subject}`;
    const expected = "A node that is ready offers this version.";
    return { id: name, windows: name, title, expected, verdict: "skipped", seconds: 0, checks };
  });
}

/** The images that the containers of a Pod run, with their digests. */
export function imagesOf({ spec, status }: V1Pod): { image: string; digest: string }[] {
  const containers = [
    ...(spec?.containers ?? []),
    ...(spec?.initContainers ?? []),
    ...(spec?.ephemeralContainers ?? []),
  ];
  return containers.flatMap(({ name, image = "" }) => {
    const digest = statusOf({ status }, name)?.imageID ?? "";
    return digest === "" ? [] : [{ image, digest }];
  });
}

/** Milliseconds until all Pods must be gone. */
const GONE_MS = 60_000;

/**
 * Removes Pods first, because they use the other objects.
 *
 * @returns the objects that may be left.
 */
export async function removeAll(
  { objects, namespace }: Pick<Stage, "objects" | "namespace">,
  signal: AbortSignal,
): Promise<ConformanceReport["left"]> {
  await objects.close();
  const pods = objects.created.filter(({ kind }) => kind === "pod");
  const names = pods.map(({ name }) => name);
  await Promise.all(pods.map(each => objects.delete(each).catch(() => undefined)));
  await waitUntilGone(names, { objects, signal }, GONE_MS).catch(() => false);
  for (const each of objects.created.filter(({ kind }) => kind !== "pod")) {
    await objects.delete(each).catch(() => undefined);
  }
  return objects.created.map(each => leftOf(each, namespace));
}

function leftOf(each: Created, namespace: string): ConformanceReport["left"][number] {
  return { object: `${each.kind}/${each.name}`, command: commandToRemove(each, namespace) };
}
