import {
  judgeJoined,
  judgePlugin,
} from "../../../../../../cli/commands/doctor/pod/password-source";
import { judgeCcgEvents } from "../../../../../../cli/commands/doctor/pod/ccg-events";
import type { Lookup } from "../../../../../../cli/api/calls";
import type { NodeReport } from "../../../../../../cli/inspect/node-reports";
import { RANCHER_PLUGIN } from "../../../../../../rules/credspec/checks/plugins";

const OLD: NodeReport = { osBuild: "10.0.20348.2227", compartmentNamespace: "enabled" };

function reported(report: Partial<NodeReport>): Lookup<NodeReport> {
  return { known: true, value: { ...OLD, ...report } };
}

const WHY = "deploy/windows/node-report does not run on n1";
const NO_REPORT: Lookup<NodeReport> = { known: false, why: WHY, isForbidden: false };

describe("without HostAccountConfig", () => {
  const needed =
    "the credential spec does not have HostAccountConfig, so the node must be joined to contoso.com";
  test.each<[string, Lookup<NodeReport> | undefined, string, string]>([
    [
      "on a node of the domain",
      reported({ domainJoined: true, domain: "contoso.com" }),
      "pass",
      "the node is joined to contoso.com, and retrieves the password itself",
    ],
    [
      "on a node of a workgroup",
      reported({ domainJoined: false, domain: "WORKGROUP" }),
      "fail",
      `${needed}, and it is not joined to a domain`,
    ],
    ["without a report", NO_REPORT, "unknown", `${needed}; ${WHY}`],
    [
      "with a report of before",
      reported({}),
      "unknown",
      `${needed}; the node's report has an earlier format`,
    ],
    ["on no node", undefined, "unknown", `${needed}; the Pod is not on a node`],
  ])("%s", (_, report, level, message) => {
    expect(judgeJoined("contoso.com", report)).toMatchObject({ level, message });
  });
});

describe("with HostAccountConfig", () => {
  const { guid, form, title } = RANCHER_PLUGIN;
  const good = { pluginGuid: guid, pluginInput: "cattle-gmsa-system:gmsa-reader" };
  const levels = (...of: Parameters<typeof judgePlugin>): string[] =>
    judgePlugin(...of).map(({ level }) => level);

  test("a plug-in that the node has, and the required form of its secret", () => {
    expect(judgePlugin(good, reported({ plugins: [guid.toUpperCase()] }))).toEqual([
      { level: "pass", message: `the plug-in ${guid} of ${title} is registered on the node` },
      {
        level: "pass",
        message: `PluginInput has the form ${form}`,
        remedy: expect.stringContaining("username, password and domainName") as string,
      },
    ]);
  });

  test("a plug-in that the node does not have, or that may be missing, never passes", () => {
    expect(levels(good, reported({ plugins: [] }))).toEqual(["fail", "pass"]);
    expect(levels(good, reported({}))).toEqual(["unknown", "pass"]);
    expect(levels(good, NO_REPORT)).toEqual(["unknown", "pass"]);
  });

  test("an input of another form fails, and is not shown", () => {
    const [, input] = judgePlugin({ ...good, pluginInput: "user/hunter2" }, NO_REPORT);
    expect(input).toMatchObject({ level: "fail" });
    expect(JSON.stringify(input)).not.toContain("hunter2");
  });

  test("the input of another plug-in is not reported", () => {
    const other = { pluginGuid: "{3D6F1C52-8E4B-4A97-B0C3-5F2E9A7D1B64}", pluginInput: "x" };
    expect(judgePlugin(other, reported({ plugins: [other.pluginGuid] }))).toEqual([
      { level: "pass", message: expect.stringContaining("that is unknown") as string },
    ]);
  });
});

describe("the events of Container Credential Guard", () => {
  const plugin = RANCHER_PLUGIN.guid;
  const at = (minute: number): string => `2026-11-28T09:${minute}:03.1234567Z`;
  const saidOf = (...events: [id: number, minute: number, plugin?: string][]): string[] =>
    judgeCcgEvents(
      plugin,
      reported({
        ccgEvents: events.map(([id, minute, of = plugin]) => ({
          id,
          time: at(minute),
          plugin: of,
        })),
      }),
    ).map(({ level, message }) => `${level} ${message}`);

  test("each number once, the newest first; one that is not known is shown as it is", () => {
    expect(saidOf([1, 10], [6, 11], [6, 12], [5, 13, ""])).toEqual([
      `warn event 5 of ${at(13)}: its meaning is unknown`,
      `warn event 6 of ${at(12)}: the plug-in was loaded, but got no credentials`,
      `pass event 1 of ${at(10)}: the plug-in was loaded`,
    ]);
  });

  test("failures before a password was fetched are over; later ones are not", () => {
    const fetched = `pass event 2 of ${at(12)}: an account's password was fetched from the domain`;
    expect(saidOf([8, 10], [2, 12])).toEqual([fetched]);
    expect(saidOf([2, 12], [4, 13])).toEqual([
      `warn event 4 of ${at(13)}: the plug-in could not be loaded`,
      fetched,
    ]);
  });

  test("events of another plug-in are not of this account", () => {
    expect(saidOf([4, 10, "{CCC2A336-D7F3-4818-A213-272B7924213E}"])).toEqual([
      "skip the node's CCG has not logged an event about this plug-in in the last day",
    ]);
  });

  test.each([8, 9, 3])("event %i has a meaning and a remedy", id => {
    const [observed] = judgeCcgEvents(
      plugin,
      reported({ ccgEvents: [{ id, time: at(10), plugin }] }),
    );
    expect(observed?.message).not.toContain("unknown");
    expect(observed?.remedy).toContain("Get-WinEvent");
  });

  test("without the log, or a report of it, nothing is known", () => {
    for (const report of [NO_REPORT, undefined, reported({}), reported({ ccgEvents: null })]) {
      expect(judgeCcgEvents(plugin, report).map(({ level }) => level)).toEqual(["unknown"]);
    }
  });
});
