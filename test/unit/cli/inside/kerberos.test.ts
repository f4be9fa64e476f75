import { judgeKerberos } from "../../../../cli/inside/kerberos";
import type { Ran } from "../../../../cli/inside/nltest-output";
import { judgeEvents } from "../../../../cli/inside/pod-events";
import type { Observed } from "../../../../cli/diagnosis/report/check";
import { klistCases } from "../../../fixtures/klist-case";
import { yamlFilesIn } from "../../../fixtures/yaml-files";

/** The finding, with only the expected part of its remedy if it contains that part. */
function told({ level, message, remedy = "" }: Observed, wanted: Observed): Observed {
  const due = wanted.remedy ?? "";
  return { level, message, ...(due !== "" && remedy.includes(due) ? { remedy: due } : {}) };
}

function ended(stdout: string, exitCode = 0): Ran {
  return { outcome: "ended", exitCode, stdout, stderr: "" };
}

describe("answers of klist", () => {
  test.each(klistCases())("%s", (_, { stdout, exitCode, expect: wanted }) => {
    expect(told(judgeKerberos(ended(stdout, exitCode)), wanted)).toEqual(wanted);
    expect(told(judgeKerberos(ended(stdout.replaceAll("\n", "\r\n"), exitCode)), wanted)).toEqual(
      wanted,
    );
  });

  test.each<[string, Ran]>([
    ["this container does not have klist", { outcome: "no such program" }],
    ["needs the right to x", { outcome: "not allowed", why: "needs the right to x" }],
    ["klist get krbtgt: no answer", { outcome: "failed", why: "no answer" }],
  ])("unknown: %s", (message, ran) => {
    expect(judgeKerberos(ran)).toEqual({ level: "unknown", message });
  });
});

interface EventCase {
  events: object[];
  expect: Observed[];
}

describe("events of a Pod that does not run", () => {
  test.each(yamlFilesIn<EventCase>("pod-events"))("%s", (_, { events, expect: wanted }) => {
    const value = events.map(event => ({ metadata: {}, involvedObject: {}, ...event }));
    const found = judgeEvents({ known: true, value });
    const nothing: Observed = { level: "skip", message: "" };
    expect(found.map((each, index) => told(each, wanted[index] ?? nothing))).toEqual(wanted);
  });

  test("that may not be listed are unknown", () => {
    const why = "needs the right to list events";
    expect(judgeEvents({ known: false, why, isForbidden: true })).toEqual([
      { level: "unknown", message: why },
    ]);
  });
});
