/**
 * What kubectl prints, in the rules' own words: for tests of who reports a problem, and where. Only the
 * fixtures of the rules, and tests that compare with documentation, depend on the words.
 */
import { workloadWarnings } from "../../capabilities/workload-warnings";
import { describeRefusal, judgeCredspec } from "../../rules/admission/credspec-write";
import { podWarnings } from "../../rules/admission/warnings";
import { canonicalJson } from "../../rules/credspec/canonical-json";
import type { Cluster } from "../../rules/credspec/cluster";
import type { ObjectLike } from "../../rules/object";
import type { PodLike } from "../../rules/pod/windows-options";
import { placeholderName } from "../../rules/credspec/object-name";
import { credspecSentence, sentence } from "../../rules/problem";
import { validCredspec } from "../../testbed/objects/valid-credspec";

/** A cluster in which every credential spec is right, and every account may use it or none may. */
function uniformCluster(isGranted: boolean): Cluster {
  const value = validCredspec();
  const credspec = { value, contents: canonicalJson(value) };
  return {
    readCredspec: () => Promise.resolve({ outcome: "found", credspec }),
    mayUse: () =>
      Promise.resolve(isGranted ? { outcome: "allowed" } : { outcome: "denied", reason: "" }),
  };
}

function lines(sentences: readonly string[]): string[] {
  return sentences.map(sentence => `Warning: ${sentence}`);
}

/** The warnings about a Pod that is created. */
export function linesOfPod(pod: PodLike): string[] {
  return lines(podWarnings({ pod }));
}

/**
 * The warnings about a workload whose credential specs are right.
 *
 * @param granted whether its service account may use them.
 */
export async function linesOfWorkload(
  workload: object,
  { granted }: { granted: boolean },
): Promise<string[]> {
  const { metadata } = workload as { metadata: { namespace: string } };
  const write = { workload: workload as ObjectLike, namespace: metadata.namespace };
  const patience = { deadlineMs: 60_000, settleMs: 0 };
  return lines(await workloadWarnings(uniformCluster(granted), write, patience));
}

/** The warnings about a credential spec that is created and not refused. */
export function linesOfCredspec(credspec: unknown, name = ""): string[] {
  const placeholder = placeholderName(name);
  return lines([
    ...(placeholder === undefined ? [] : [sentence(placeholder)]),
    ...judgeCredspec({ credspec }).warnings.map(credspecSentence),
  ]);
}

/** The refusal of a credential spec that is created. */
export function refusalOfCredspec(credspec: unknown): string {
  return describeRefusal(judgeCredspec({ credspec }).refusals);
}
