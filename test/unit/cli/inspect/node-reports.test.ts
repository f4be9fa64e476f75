import { readReport } from "../../../../cli/inspect/node-reports";

describe("a line of a node's report", () => {
  test.each([
    [
      "as PowerShell writes it",
      '{"osBuild":"10.0.20348.2227","compartmentNamespace":"enabled"}\r\n',
    ],
    [
      "with what a later version may add",
      '{"compartmentNamespace":"enabled","osBuild":"10.0.20348.2227","more":1}',
    ],
  ])("%s", (_what, line) => {
    expect(readReport(line)).toEqual({
      osBuild: "10.0.20348.2227",
      compartmentNamespace: "enabled",
    });
  });

  test("with all that report.ps1 writes; without the log of CCG, its events are null", () => {
    const ccgEvents = [{ id: 6, time: "2026-11-28T09:14:03.1234567Z", plugin: "{A}" }];
    const report = {
      ...{ osBuild: "10.0.20348.2227", compartmentNamespace: "enabled" },
      ...{ domainJoined: false, domain: "WORKGROUP", plugins: ["{A}"] },
    };
    for (const line of [
      { ...report, ccgEvents },
      { ...report, ccgEvents: null },
    ]) {
      expect(readReport(JSON.stringify(line))).toEqual(line);
    }
  });

  test.each([
    ["nothing yet", ""],
    ["an error of PowerShell", "Get-ItemProperty : Requested registry access is not allowed."],
    ["a line that is cut off", '{"osBuild":"10.0.2034'],
    ["another value", '{"osBuild":"10.0.20348.2227","compartmentNamespace":"perhaps"}'],
    ["no object", "null"],
  ])("%s is not one", (_what, line) => {
    expect(readReport(line)).toBeUndefined();
  });
});
