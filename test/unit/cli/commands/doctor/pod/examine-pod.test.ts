import type { Surroundings } from "../../../../../../cli/commands/doctor/pod/read-pod";
import type { PodContainer } from "../../../../../../cli/commands/doctor/pod/container";
import {
  examineContainer,
  podReportOf,
  wantsRepair,
  type RunIn,
} from "../../../../../../cli/commands/doctor/pod/examine-pod";
import type { Ran } from "../../../../../../cli/inside/nltest-output";
import { validContents } from "../../../../../../testbed/objects/valid-credspec";
import { recordedKlist } from "../../../../../fixtures/klist-case";
import { networkAnswer } from "../../../../../fixtures/network-answer";
import { recorded } from "../../../../../fixtures/nltest-case";

function ended(stdout: string, exitCode = 0): Ran {
  return { outcome: "ended", exitCode, stdout, stderr: "" };
}

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

  /** Runs with Netlogon down, and the given result for Kerberos. */
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

  test("where Kerberos works, a Netlogon failure is a warning", async () => {
    expect(await levels(runWith(ended(recordedKlist("success"))))).toMatchObject({
      ...{ arrived: "pass", domain: "pass", logon: "warn", "secure-channel": "warn" },
      ...{ kerberos: "pass", network: "pass", repair: true },
    });
  });

  test("where Kerberos works, neither Netlogon's absence nor closed ports are failures", async () => {
    const network = networkAnswer({ ports: ["dc01.contoso.com/389/TimedOut"] });
    const answers: Readonly<Record<string, Ran>> = {
      klist: ended(recordedKlist("success")),
      powershell: ended(network),
    };
    const runIn: RunIn = (_, [program = ""]) =>
      Promise.resolve(answers[program] ?? ended(recorded("parentdomain-no-credspec"), 1));
    expect(await levels(runIn)).toMatchObject({
      ...{ arrived: "warn", kerberos: "pass", network: "warn" },
    });
  });

  test("without a ticket that was seen, a Pod is not healthy", async () => {
    const of = async (kerberos: Ran): Promise<object> => {
      const report = await examineContainer(CONTAINER, surroundings, runWith(kerberos, false));
      const asked = report.checks.filter(({ name }) => name === "kerberos");
      return podReportOf({ namespace: "shop", pod: "web-0" }, [{ ...report, checks: asked }]);
    };
    expect(await of(ended(""))).toMatchObject({ healthy: false, failed: false });
    expect(await of(ended(recordedKlist("success")))).toMatchObject({ healthy: true });
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

  test("without nltest, klist is still asked", async () => {
    expect(await levels(runWith(ended(recordedKlist("success")), false))).toMatchObject({
      ...{ arrived: "unknown", "secure-channel": "skip", kerberos: "pass", repair: false },
    });
  });

  test("if a container does not run, events are read and no command is run", async () => {
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
