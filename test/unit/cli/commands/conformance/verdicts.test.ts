import {
  REASONS,
  verdictOf,
  type Check,
  type Verdict,
} from "../../../../../cli/commands/conformance/checks";
import {
  judgeAdmission,
  judgeKept,
  judgeRefusal,
} from "../../../../../cli/commands/conformance/judge-admission";
import { judgeStart } from "../../../../../cli/commands/conformance/judge-start";
import {
  commandOf,
  judgeAnswer,
  MOST_EVIDENCE,
} from "../../../../../cli/commands/conformance/questions";
import type { Ran } from "../../../../../cli/inside/nltest-output";
import type { CreateAnswer } from "../../../../../rules/canary/probe-answer";
import { validContents, validCredspec } from "../../../../../testbed/objects/valid-credspec";
import {
  conformanceCases,
  type AnswerOfCase,
  type ConformanceCase,
  type PodOfCase,
} from "../../../../fixtures/conformance-case";
import { klistCases } from "../../../../fixtures/klist-case";
import { nltestCases } from "../../../../fixtures/nltest-case";

const SUBJECT = "gmsa-conformance-0-2022-case";
const ABOUT = { account: "webapp1", domain: "contoso.com", share: "\\\\fs\\data", sql: "sql01" };

function podOf({ contents, hostname }: PodOfCase): object {
  const text = { own: validContents(), other: validContents("webapp2"), "": "" };
  const windowsOptions = {
    gmsaCredentialSpecName: "webapp1",
    ...(contents === undefined ? {} : { gmsaCredentialSpec: text[contents] }),
  };
  return {
    spec: {
      ...(hostname === undefined ? {} : { hostname }),
      ...(contents === undefined ? {} : { securityContext: { windowsOptions } }),
    },
  };
}

function answerOf(answer: AnswerOfCase): CreateAnswer {
  return answer.outcome === "admitted" ? { ...answer, pod: podOf(answer.pod) } : answer;
}

function ranOf({ ran, klist, nltest }: Extract<ConformanceCase, { judge: "answer" }>): Ran {
  if (ran !== undefined) return ran;
  const found =
    klistCases().find(([name]) => name === klist)?.[1] ??
    nltestCases().find(({ name }) => name === nltest);
  const { stdout = "", exitCode = 0 } = found ?? {};
  return { outcome: "ended", exitCode, stdout, stderr: "" };
}

type CaseOf<Judge extends ConformanceCase["judge"]> = Extract<ConformanceCase, { judge: Judge }>;

function judged(one: ConformanceCase): Check[] {
  switch (one.judge) {
    case "admission":
      return admissionIn(one);
    case "refusal":
      return [judgeRefusal(SUBJECT, answerOf(one.answer))];
    case "kept":
      return [judgeKept(SUBJECT, validCredspec(), one.pod && podOf(one.pod))];
    case "start":
      return [startIn(one)];
    case "answer": {
      const asked = { subject: SUBJECT, container: "ask" };
      return [judgeAnswer(one.question, asked, ranOf(one), ABOUT)];
    }
  }
}

function admissionIn({ withoutGmsa, isRandomHostname, answer }: CaseOf<"admission">): Check[] {
  const contents = withoutGmsa === true ? undefined : validCredspec();
  const due = { contents, ...(isRandomHostname && { isRandomHostname }) };
  return judgeAdmission(SUBJECT, due, answerOf(answer));
}

function startIn({ restarts = 0, status, events = [], eventsUnknown }: CaseOf<"start">): Check {
  const due = { subject: SUBJECT, container: "ask", restarts };
  const value = events.map(event => ({ metadata: {}, involvedObject: {}, ...event }));
  return judgeStart(due, {
    pod: status && { status },
    events:
      eventsUnknown === undefined
        ? { known: true, value }
        : { known: false, why: eventsUnknown, isForbidden: true },
  });
}

describe("verdicts on observations", () => {
  test.each(conformanceCases())("%s", (_, one) => {
    const checks = judged(one);
    expect(checks).toHaveLength(one.expect.length);
    expect(checks).toMatchObject(one.expect.map(each => ({ isNote: false, ...each })));
  });

  test("every reason has a case, but those that the run itself gives", () => {
    const ofTheRun = ["done", "interrupted", "after the above", "no node"];
    const shown = new Set(
      conformanceCases().flatMap(([, { expect: due }]) => due.map(c => c.reason)),
    );
    expect(Object.keys(REASONS).filter(reason => !shown.has(reason as Check["reason"]))).toEqual(
      ofTheRun,
    );
  });
});

describe("verdicts of several checks", () => {
  const check = (verdict: Verdict, isNote = false): Pick<Check, "verdict" | "isNote"> => ({
    verdict,
    isNote,
  });

  test.each<[string, Verdict, Pick<Check, "verdict" | "isNote">[]]>([
    ["all passed", "passed", [check("passed"), check("passed")]],
    ["one failed", "failed", [check("passed"), check("unknown"), check("failed")]],
    ["one is unknown", "unknown", [check("passed"), check("unknown"), check("skipped")]],
    ["a note that failed does not count", "passed", [check("passed"), check("failed", true)]],
    ["notes alone show nothing", "unknown", [check("passed", true)]],
    ["nothing shows nothing", "unknown", []],
    ["all skipped", "skipped", [check("skipped")]],
  ])("%s", (_, due, checks) => {
    expect(verdictOf(checks)).toBe(due);
  });
});

describe("evidence", () => {
  const asked = { subject: SUBJECT, container: "ask" };
  const answered = (stdout: string): string | undefined =>
    judgeAnswer("kerberos", asked, { outcome: "ended", exitCode: 1, stdout, stderr: "" }, ABOUT)
      .evidence;

  test("is bounded, and holds no control characters", () => {
    expect(answered("x".repeat(5000))).toHaveLength(MOST_EVIDENCE + 1);
    expect(answered("\u001b[31mred\u0007\r\n\r\nnext")).toBe("[31mred\nnext");
    expect(answered("")).toBeUndefined();
  });
});

test("each question is a command as a list of words", () => {
  expect(commandOf("kerberos", ABOUT)).toEqual(["klist", "get", "krbtgt"]);
  expect(commandOf("netlogon", ABOUT)).toEqual(["nltest", "/sc_verify:contoso.com"]);
  expect(commandOf("hostname", ABOUT)).toEqual(["hostname"]);
  for (const question of ["share", "sql"] as const) {
    const [program, ...words] = commandOf(question, ABOUT);
    expect([program, ...words.slice(0, 3)]).toEqual([
      ...["powershell", "-NoProfile", "-NonInteractive", "-EncodedCommand"],
    ]);
    const script = Buffer.from(words[3] ?? "", "base64").toString("utf16le");
    expect(script).toContain(question === "share" ? "'\\\\fs\\data'" : "Data Source=sql01;");
  }
});
