import type { V1Node, V1RuntimeClass } from "@kubernetes/client-node";

import {
  judgeBuild,
  judgeRuntimeClass,
  releaseIn,
} from "../../../../../../cli/commands/doctor/pod/before-start";
import type { Lookup } from "../../../../../../cli/api/calls";

test.each([
  ["mcr.microsoft.com/windows/servercore:ltsc2019", 17763],
  ["mcr.microsoft.com/windows/nanoserver:1809", 17763],
  ["registry.contoso.com:5000/web:4.8-windowsservercore-ltsc2022@sha256:0a1b", 20348],
  ["mcr.microsoft.com/windows/servercore:10.0.26100.1742", 26100],
  // A port or a host name is not a tag, and other numbers are not Windows versions.
  ["registry.ltsc2019.contoso.com:1809/web", undefined],
  ["registry.contoso.com/web-ltsc2022:1.4.18090", undefined],
  ["registry.contoso.com/web:ltsc2019-to-ltsc2022", undefined],
  ["", undefined],
])("the build that the tag of %j names: %p", (image, release) => {
  expect(releaseIn(image)).toBe(release);
});

function nodeOf(kernelVersion: string, operatingSystem = "windows"): Lookup<V1Node> {
  const nodeInfo = { kernelVersion, operatingSystem };
  return { known: true, value: { metadata: { name: "n1" }, status: { nodeInfo } } as V1Node };
}

const LTSC2022 = "mcr.microsoft.com/windows/servercore:ltsc2022";

test.each([
  ["10.0.20348.2227", LTSC2022, "pass", `${LTSC2022} is of build 20348, as Node/n1 is`],
  [
    "10.0.17763.5936",
    LTSC2022,
    "fail",
    `${LTSC2022} is of build 20348, but Node/n1 has build 10.0.17763.5936 (Windows Server 2019)`,
  ],
  [
    "10.0.26100.1742",
    LTSC2022,
    "warn",
    `${LTSC2022} is of build 20348, but Node/n1 has build 10.0.26100.1742 (Windows Server 2025)`,
  ],
  [
    "10.0.20348.2227",
    "registry.contoso.com/web:1.4",
    "unknown",
    "Node/n1 has build 10.0.20348.2227 (Windows Server 2022); the tag of registry.contoso.com/web:1.4 does not name a build",
  ],
  ["", LTSC2022, "unknown", "Node/n1 reports no build"],
])("on a node of build %j, %s: %s", (kernel, image, level, message) => {
  expect(judgeBuild(image, { node: nodeOf(kernel), report: undefined })).toMatchObject({
    level,
    message,
  });
});

test("a node without Windows, or one that may not be read, is not reported", () => {
  const unknown: Lookup<V1Node> = { known: false, why: "no right", isForbidden: true };
  for (const node of [nodeOf("6.1.0", "linux"), unknown, undefined]) {
    expect(judgeBuild(LTSC2022, { node, report: undefined })).toBeUndefined();
  }
});

function runtimeClass(nodeSelector?: Record<string, string>): Lookup<V1RuntimeClass> {
  const scheduling = nodeSelector === undefined ? {} : { scheduling: { nodeSelector } };
  return { known: true, value: { handler: "runhcs", ...scheduling } };
}

test.each<[string, Lookup<V1RuntimeClass | undefined>, string, string]>([
  ["of Windows", runtimeClass({ "kubernetes.io/os": "windows" }), "pass", "exists"],
  ["of any system", runtimeClass(), "pass", "exists"],
  ["of Linux", runtimeClass({ "kubernetes.io/os": "linux" }), "fail", "kubernetes.io/os=linux"],
  ["that is not there", { known: true, value: undefined }, "fail", "does not exist"],
  ["unread", { known: false, why: "no right", isForbidden: true }, "unknown", "no right"],
])("a RuntimeClass %s", (_, found, level, said) => {
  const { message, ...others } = judgeRuntimeClass({ name: "sandboxed", found });
  expect(others).toMatchObject({ level });
  expect(message).toContain("RuntimeClass/sandboxed");
  expect(message).toContain(said);
});
