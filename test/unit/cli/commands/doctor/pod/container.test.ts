import type { V1Pod } from "@kubernetes/client-node";

import { lookBefore } from "../../../../../../cli/commands/doctor/pod/before-exec";
import {
  chosenContainers,
  containersOf,
} from "../../../../../../cli/commands/doctor/pod/container";
import type { PodContainer } from "../../../../../../cli/commands/doctor/pod/container";
import type { Surroundings } from "../../../../../../cli/commands/doctor/pod/read-pod";
import type { Lookup } from "../../../../../../cli/api/calls";
import { validContents, validCredspec } from "../../../../../../testbed/objects/valid-credspec";

const REPORT = {
  osBuild: "10.0.20348.2227",
  compartmentNamespace: "enabled",
  domainJoined: true,
  domain: "contoso.com",
} as const;
const QUIET = {
  events: { known: true, value: [] },
  report: { known: true, value: REPORT },
  runtimeClass: undefined,
} as const satisfies Partial<Surroundings>;
const RUNNING = { running: {} };
const POD_CREDSPEC = { gmsaCredentialSpecName: "of-pod", gmsaCredentialSpec: validContents() };
const OWN = { gmsaCredentialSpecName: "own", gmsaCredentialSpec: validContents("own") };

type Node = NonNullable<Surroundings["node"]>;

function nodeOn(operatingSystem: string): Node {
  const value = { metadata: { name: "n1" }, status: { nodeInfo: { operatingSystem } } };
  return { known: true, value } as Extract<Node, { known: true }>;
}

/** A Pod with one container of each kind, which has the given options. */
function podWith(ofPod: object | undefined, own: object | undefined): V1Pod {
  const securityContext = own === undefined ? {} : { windowsOptions: own };
  const status = (name: string): object => ({ name, state: RUNNING });
  return {
    spec: {
      securityContext: ofPod === undefined ? undefined : { windowsOptions: ofPod },
      containers: [{ name: "main", securityContext }],
      initContainers: [{ name: "init", securityContext }],
      ephemeralContainers: [{ name: "debug", securityContext }],
    },
    status: {
      containerStatuses: [status("main")],
      initContainerStatuses: [{ name: "init", state: { terminated: { exitCode: 0 } } }],
      ephemeralContainerStatuses: [status("debug")],
    },
  } as V1Pod;
}

function named(pod: V1Pod, name: string): PodContainer {
  const [container] = chosenContainers("Pod shop/web", containersOf(pod), name);
  if (container === undefined) throw new Error(`no container ${name}`);
  return container;
}

function levels(
  pod: V1Pod,
  node: Surroundings["node"] = nodeOn("windows"),
): { levels: Record<string, string>; domain: string | undefined } {
  const { checks, domain } = lookBefore(named(pod, "main"), { ...QUIET, node });
  return { levels: Object.fromEntries(checks.map(({ name, level }) => [name, level])), domain };
}

describe("the containers of a Pod", () => {
  test.each(["main", "init", "debug"])("%s has its own settings before the Pod's", name => {
    expect(named(podWith(POD_CREDSPEC, OWN), name)).toMatchObject({
      credspecName: "own",
      contents: validContents("own"),
    });
    expect(named(podWith(POD_CREDSPEC, undefined), name)).toMatchObject({
      credspecName: "of-pod",
      contents: validContents(),
    });
    expect(named(podWith(undefined, undefined), name)).toMatchObject({
      credspecName: "",
      contents: "",
      from: undefined,
    });
  });

  test("a container's own name without contents does not get the contents of the Pod", () => {
    const pod = podWith(POD_CREDSPEC, { gmsaCredentialSpecName: "own" });
    expect(named(pod, "main")).toMatchObject({ credspecName: "own", contents: "" });
    expect(levels(pod).levels).toMatchObject({ reference: "fail" });
  });

  test("HostProcess is taken from the Pod as well, and a container may override it", () => {
    const hostProcess = { ...POD_CREDSPEC, hostProcess: true };
    expect(named(podWith(hostProcess, undefined), "main").hostProcess).toBe(true);
    expect(named(podWith(hostProcess, { hostProcess: false }), "main").hostProcess).toBe(false);
    expect(named(podWith(POD_CREDSPEC, undefined), "main").hostProcess).toBe(false);
  });

  test("without a name, those that use GMSA and run", () => {
    const pod = podWith(POD_CREDSPEC, undefined);
    const names = chosenContainers("Pod shop/web", containersOf(pod), undefined);
    expect(names.map(({ name }) => name)).toEqual(["main", "debug"]);
  });

  test("an unknown name, and a Pod without GMSA, are refused with a remedy", () => {
    const choose = (pod: V1Pod, name?: string): unknown =>
      chosenContainers("Pod shop/web", containersOf(pod), name);
    expect(() => choose(podWith(POD_CREDSPEC, undefined), "web")).toThrow(
      expect.objectContaining({
        message: 'Pod shop/web has no container "web"',
        remedy: "Its containers are: main, init, debug.",
        exitCode: 2,
      }) as Error,
    );
    expect(() => choose(podWith(undefined, undefined))).toThrow(
      expect.objectContaining({
        message: expect.stringContaining("no container of Pod shop/web uses GMSA") as string,
        exitCode: 1,
      }) as Error,
    );
  });
});

describe("checks before any command runs inside", () => {
  const asked = { reference: "pass", credspec: "pass", node: "pass", container: "pass" };
  const good = { ...asked, password: "pass" };

  test("all is well", () => {
    expect(levels(podWith(POD_CREDSPEC, undefined))).toEqual({
      levels: good,
      domain: "contoso.com",
    });
  });

  test("a Linux node is a warning, and the container is still asked", () => {
    expect(levels(podWith(POD_CREDSPEC, undefined), nodeOn("linux"))).toEqual({
      levels: { ...asked, node: "warn" },
      domain: "contoso.com",
    });
  });

  test("a node that may not be read is unknown, and the container is still asked", () => {
    const unreadable: Lookup<never> = {
      known: false,
      why: "needs the right to get nodes",
      isForbidden: true,
    };
    expect(levels(podWith(POD_CREDSPEC, undefined), unreadable)).toEqual({
      levels: { ...good, node: "unknown" },
      domain: "contoso.com",
    });
  });

  test("a HostProcess container, and one that does not run, are asked nothing", () => {
    const hostProcess = podWith({ ...POD_CREDSPEC, hostProcess: true }, undefined);
    expect(levels(hostProcess)).toEqual({
      levels: { ...good, container: "fail" },
      domain: undefined,
    });
    const waiting = podWith(POD_CREDSPEC, undefined);
    waiting.status = {
      containerStatuses: [
        { name: "main", state: { waiting: { reason: "CrashLoopBackOff" } } },
      ] as NonNullable<V1Pod["status"]>["containerStatuses"],
    };
    expect(levels(waiting)).toEqual({
      levels: { ...good, container: "fail", events: "skip", image: "unknown" },
      domain: undefined,
    });
    expect(named(waiting, "main").state).toBe("waiting: CrashLoopBackOff");
  });

  test.each([
    ["no JSON", "{"],
    ["no domain", JSON.stringify({ ...validCredspec(), DomainJoinConfig: {} })],
    [
      "a domain that is no host name",
      validContents().replace('"DnsName":"contoso.com"', '"DnsName":"contoso.com /user:x"'),
    ],
  ])("contents with %s fail, and nothing is asked", (_, gmsaCredentialSpec) => {
    const pod = podWith({ ...POD_CREDSPEC, gmsaCredentialSpec }, undefined);
    expect(levels(pod)).toEqual({ levels: { ...asked, credspec: "fail" }, domain: undefined });
  });

  test("the node is checked where the container does not run", () => {
    const pod = podWith({ ...POD_CREDSPEC, hostProcess: true }, undefined);
    pod.status = {};
    const { checks } = lookBefore(named(pod, "main"), {
      ...QUIET,
      node: nodeOn("windows"),
      runtimeClass: { name: "windows-2019", found: { known: true, value: undefined } },
    });
    const seen = Object.fromEntries(checks.map(({ name, observed }) => [name, observed.length]));
    expect(seen).toMatchObject({ container: 2, events: 1, image: 1, "runtime-class": 1 });
  });

  test("contents without a name are a warning", () => {
    const pod = podWith({ gmsaCredentialSpec: validContents() }, undefined);
    expect(levels(pod).levels).toEqual({ ...good, reference: "warn" });
  });
});
