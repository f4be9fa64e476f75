/** Pure: converts Pods and suites to JUnit. */
import type { JUnitCase, JUnitSuite } from "../../manifests/reports/junit";
import { sentence } from "../../../rules/problem";
import type { DryRunResult } from "./dry-run-result";
import type { SuiteResult } from "./run-suite";

/** Each Pod is a case, and fails if it is not admitted. */
export function casesOfPods(
  tried: readonly { result: DryRunResult; seconds: number }[],
): JUnitSuite {
  return {
    name: "Pods",
    cases: tried.map(({ result, seconds }): JUnitCase => {
      const { workload, namespace, file, refusals, outcome } = result;
      const [first] = refusals;
      return {
        name: workload,
        classname: namespace,
        file,
        seconds,
        failure: first && {
          type: first.reason,
          message: `${outcome}: ${refusals.map(({ reason }) => reason).join(", ")}`,
          text: refusals.map(sentence).join("\n"),
        },
      };
    }),
  };
}

export function casesOfSuite({ name: suite, file, cases }: SuiteResult): JUnitSuite {
  return {
    name: suite,
    cases: cases.map(({ name, line, mismatches, seconds }): JUnitCase => {
      const [first] = mismatches;
      return {
        name,
        classname: suite,
        file,
        seconds,
        failure:
          first === undefined
            ? undefined
            : {
                type: "not as expected",
                message: first,
                text: [`${file}:${line}`, ...mismatches].join("\n"),
              },
      };
    }),
  };
}
