import type { Surroundings } from "../../../../../../cli/commands/doctor/pod/read-pod";
import type { PodContainer } from "../../../../../../cli/commands/doctor/pod/container";
import {
  examineContainer,
  wantsRepair,
  type RunIn,
} from "../../../../../../cli/commands/doctor/pod/examine-pod";
import { judgeKerberos } from "../../../../../../cli/commands/doctor/pod/kerberos";
import type { Ran } from "../../../../../../cli/commands/doctor/pod/nltest-output";
import { judgeEvents } from "../../../../../../cli/commands/doctor/pod/pod-events";
import type { Observed } from "../../../../../../cli/diagnosis/report/check";
import { validContents } from "../../../../../../testbed/objects/valid-credspec";
import { klistCases, recordedKlist } from "../../../../../fixtures/klist-case";
import { yamlFilesIn } from "../../../../../fixtures/yaml-files";
import { networkAnswer } from "../../../../../fixtures/network-answer";
import { recorded } from "../../../../../fixtures/nltest-case";

/** With as much of the remedy as is expected of it. */
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

describe("beside nltest", () => {
  const CONTAINER: PodContainer = {
    ...{ name: "iis", text: 'container "iis"', kind: "container", state: "running" },
    ...{ credspecName: "webapp1", contents: validContents(), hostProcess: false },
    from: { kind: "pod", name: "web-0" },
  } as PodContainer;
  const surroundings: Surroundings = {
    node: undefined,
    report: undefined,
    runtimeClass: undefined,
    events: { known: true, value: [] },
  };

  /** With Netlogon down, and Kerberos as given. */
  function runWith(kerberos: Ran, nltest = true): RunIn {
    return (_, [program = "", argument = ""]) => {
      if (program === "klist") return Promise.resolve(kerberos);
      if (program === "powershell") return Promise.resolve(ended(networkAnswer()));
      if (!nltest) return Promise.resolve({ outcome: "no such program" });
      const [, verb = ""] = /^\/(\w+)/.exec(argument) ?? [];
      const file = {
        ...{ parentdomain: "parentdomain-success", dsgetdc: "dsgetdc-success" },
        ...{ query: "query-no-logon-servers", sc_verify: "verify-no-logon-servers" },
      }[verb];
      return Promise.resolve(ended(recorded(file ?? "")));
    };
  }

  async function levels(runIn: RunIn): Promise<object> {
    const report = await examineContainer(CONTAINER, surroundings, runIn);
    const found = report.checks.map(({ name, level }) => [name, level] as const);
    return { ...Object.fromEntries(found), repair: wantsRepair(report) };
  }

  test("where Kerberos works, what Netlogon says is a warning", async () => {
    expect(await levels(runWith(ended(recordedKlist("success"))))).toMatchObject({
      ...{ arrived: "pass", domain: "pass", logon: "warn", "secure-channel": "warn" },
      ...{ kerberos: "pass", network: "pass", repair: true },
    });
  });

  test.each<[string, Ran, string]>([
    ["does not work", ended(recordedKlist("no-logon-servers"), 1), "fail"],
    ["is not known", { outcome: "no such program" }, "unknown"],
  ])("where Kerberos %s, it fails", async (_, ran, kerberos) => {
    expect(await levels(runWith(ran))).toMatchObject({
      ...{ logon: "fail", "secure-channel": "fail", repair: true },
      kerberos,
    });
  });

  test("without nltest, klist is asked all the same", async () => {
    expect(await levels(runWith(ended(recordedKlist("success")), false))).toMatchObject({
      ...{ arrived: "unknown", "secure-channel": "skip", kerberos: "pass", repair: false },
    });
  });

  test("of a container that does not run, events are read, and nothing is asked", async () => {
    const report = await examineContainer(
      { ...CONTAINER, state: "waiting: CrashLoopBackOff" },
      surroundings,
      () => Promise.reject(new Error("asked")),
    );
    const found = report.checks.map(({ name, level }) => [name, level]);
    expect(Object.fromEntries(found)).toMatchObject({
      ...{ container: "fail", events: "skip", arrived: "skip", kerberos: "skip" },
    });
  });
});
