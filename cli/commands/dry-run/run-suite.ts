/** Runs the cases of a suite. */
import type { Manifest } from "../../manifests/manifests";
import type { Backends } from "./backends";
import { podsUnderTestOf as podsOf, type PodUnderTest } from "./pod-under-test";
import type { Suite, SuiteCase } from "./read-suite";
import { resultOf, type DryRunResult } from "./dry-run-result";
import { sentence } from "../../../rules/problem";
import type { Expectation } from "./suite-schema";

export interface CaseResult {
  name: string;
  line: number;
  column: number;
  passed: boolean;
  /** The differences from the expectation. */
  mismatches: string[];
  expected: Expectation;
  results: DryRunResult[];
  /** Duration of the case. */
  seconds: number;
}

export interface SuiteResult {
  name: string;
  file: string;
  cases: CaseResult[];
}

/** @param given manifests in addition to those of the suite. */
export async function runSuite(
  suite: Suite,
  given: readonly Manifest[],
  backends: Backends,
): Promise<SuiteResult> {
  const manifests = [...given, ...suite.manifests];
  const namespace = suite.namespace ?? backends.namespace;
  return {
    name: suite.name,
    file: suite.file,
    cases: await Promise.all(
      suite.cases.map(one => runCase(one, { manifests, namespace, backends })),
    ),
  };
}

async function runCase(
  one: SuiteCase,
  around: { manifests: readonly Manifest[]; namespace: string; backends: Backends },
): Promise<CaseResult> {
  const begin = performance.now();
  const namespace = one.namespace ?? around.namespace;
  const objects = [...around.manifests, ...one.manifests];
  const podsUnderTest = podsUnderTestOf(one, objects, namespace);
  const { admission, manifested } = around.backends.backendFor(objects, namespace);
  const results = await Promise.all(
    podsUnderTest.map(async podUnderTest =>
      resultOf(podUnderTest, await admission.admit(podUnderTest), manifested),
    ),
  );
  const mismatches =
    results.length === 0
      ? [`there is no ${one.workload ?? "Pod or workload"} in the manifests`]
      : results.flatMap(result => mismatchesIn(one.expect, result));
  const { name, line, column, expect: expected } = one;
  const passed = mismatches.length === 0;
  const seconds = secondsSince(begin);
  return { name, line, column, passed, mismatches, expected, results, seconds };
}

/** @param begin a value of performance.now(). */
export function secondsSince(begin: number): number {
  return (performance.now() - begin) / 1000;
}

function mismatchesIn(expected: Expectation, result: DryRunResult): string[] {
  return mismatchesOf(expected, result).map(
    mismatch => `${result.workload} in ${result.namespace}: ${mismatch}`,
  );
}

/** The object of the case, the workload that it names, or all workloads in its own manifests. */
function podsUnderTestOf(
  one: SuiteCase,
  objects: readonly Manifest[],
  namespace: string,
): PodUnderTest[] {
  const { object, workload, manifests } = one;
  if (workload !== undefined) {
    const named = podsUnderTestAmong(objects, namespace).filter(
      podUnderTest =>
        podUnderTest.workload === workload &&
        (one.namespace === undefined || podUnderTest.namespace === one.namespace),
    );
    // As with kubectl apply, the last object of this name counts.
    return named.slice(-1);
  }
  return podsUnderTestAmong(object === undefined ? manifests : [object], namespace);
}

function podsUnderTestAmong(manifests: readonly Manifest[], namespace: string): PodUnderTest[] {
  return manifests.flatMap(manifest => podsOf(manifest, namespace));
}

/** The differences between a Pod's result and the expectation, a clause each. Empty if there are none. */
function mismatchesOf(expected: Expectation, result: DryRunResult): string[] {
  if (result.outcome !== expected.outcome) {
    const why = messagesOf(result);
    return [
      `expected ${expected.outcome}, but it is ${result.outcome}${why === "" ? "" : `: ${why}`}`,
    ];
  }
  return [
    ...reasonMismatches(expected, result),
    ...messageMismatches(expected, result),
    ...placeMismatches(expected, result),
  ];
}

function reasonMismatches({ reasons }: Expectation, { refusals }: DryRunResult): string[] {
  if (reasons === undefined) return [];
  const expected = [...new Set<string>(reasons)].sort().join(", ");
  const found = [...new Set(refusals.map(({ reason }) => reason))].sort().join(", ");
  return found === expected ? [] : [`expected as reasons ${expected}, but they are ${found}`];
}

function messageMismatches({ message = [] }: Expectation, result: DryRunResult): string[] {
  const whole = messagesOf(result);
  const parts = typeof message === "string" ? [message] : message;
  return parts
    .filter(part => !whole.includes(part))
    .map(part => `expected a message with "${part}", but it is: ${whole}`);
}

function placeMismatches({ places = {} }: Expectation, result: DryRunResult): string[] {
  const found = new Map(result.places.map(({ place, result: what }) => [plain(place), what]));
  return Object.entries(places).flatMap(([place, expected]) => {
    const what = found.get(plain(place));
    if (what === expected) return [];
    return what === undefined
      ? `expected ${place} ${expected}, but it has no GMSA settings`
      : `expected ${place} ${expected}, but it is ${what}`;
  });
}

/** The complete message of the refusal, as the webhook sends it. */
function messagesOf({ refusals }: DryRunResult): string {
  return refusals.map(sentence).join(" ");
}

/** Removes the quotes, which are optional around names. */
function plain(place: string): string {
  return place.replaceAll('"', "");
}
