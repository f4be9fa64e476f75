import { giveHelpers } from "../../../../rules/opt-in/apply";
import { secureChannelHook } from "../../../../rules/opt-in/secure-channel";
import type { ContainerLike, PodLike } from "../../../../rules/pod/windows-options";

type Spec = NonNullable<PodLike["spec"]>;

const BOTH = { secureChannel: true, randomHostname: true };
const HOOK = { secureChannel: true, randomHostname: false };
const HOSTNAME = { secureChannel: false, randomHostname: true };
const postStart = secureChannelHook();
const securityContext = { windowsOptions: { gmsaCredentialSpecName: "webapp1" } };
const hostProcess = { windowsOptions: { gmsaCredentialSpecName: "webapp1", hostProcess: true } };
const hooked = (name: string): ContainerLike => ({
  name,
  securityContext,
  lifecycle: { postStart },
});

function helped(spec: Spec | undefined, choice = BOTH): Spec | undefined {
  const pod: PodLike = spec === undefined ? {} : { spec: structuredClone(spec) };
  giveHelpers(pod, choice);
  return pod.spec;
}

describe("the hook", () => {
  test("is given to each container that uses GMSA and has room for one, and to no other", () => {
    const own = { exec: { command: ["own.exe"] } };
    const preStop = { exec: { command: ["stop.exe"] } };
    const spec = {
      containers: [
        { name: "a", securityContext },
        { name: "b" },
        { name: "c", securityContext, lifecycle: { preStop } },
        { name: "d", securityContext, lifecycle: { postStart: own } },
        { name: "e", securityContext, lifecycle: { postStart: null } },
        { name: "f", securityContext: hostProcess },
        { name: "g", securityContext: { windowsOptions: { gmsaCredentialSpec: "{}" } } },
      ],
      initContainers: [
        { name: "i", securityContext },
        { name: "j", securityContext, restartPolicy: "Always" },
        { name: "k", securityContext, restartPolicy: "Never" },
      ],
      ephemeralContainers: [{ name: "x", securityContext, restartPolicy: "Always" }],
    } as unknown as Spec;
    const [, b, , d, , f, g] = spec.containers ?? [];
    const [i, , k] = spec.initContainers ?? [];

    expect(helped(spec, HOOK)).toEqual({
      containers: [
        hooked("a"),
        b,
        { name: "c", securityContext, lifecycle: { preStop, postStart } },
        d,
        hooked("e"),
        f,
        g,
      ],
      initContainers: [i, { ...hooked("j"), restartPolicy: "Always" }, k],
      ephemeralContainers: spec.ephemeralContainers,
    });
  });

  test("is given to containers that use the Pod's credential spec", () => {
    const containers = [{ name: "a" }, { name: "b", lifecycle: null }] as ContainerLike[];
    expect(helped({ securityContext, containers }, HOOK)).toEqual({
      securityContext,
      containers: ["a", "b"].map(name => ({ name, lifecycle: { postStart } })),
    });
  });
});

describe("the host name", () => {
  const containers = [{ name: "a", securityContext }];

  test("is random where there is none", () => {
    for (const spec of [{}, { hostname: "" }, { hostname: "", hostnameOverride: null }]) {
      expect(helped({ ...spec, containers }, HOSTNAME)).toEqual({
        ...spec,
        containers,
        hostname: expect.stringMatching(/^[a-z][a-z0-9]{14}$/) as string,
      });
    }
  });

  test.each<Spec>([
    { hostname: "web" },
    { hostnameOverride: "web.contoso.com" },
    { hostname: "web", hostnameOverride: "web.contoso.com" },
    { hostname: "", hostnameOverride: "web.contoso.com" },
  ])("of the Pod is kept: %j", named => {
    expect(helped({ ...named, containers }, HOSTNAME)).toEqual({ ...named, containers });
  });
});

describe("nothing is given", () => {
  test.each<[string, Spec | undefined]>([
    ["a Pod without a spec", undefined],
    ["a Pod without containers", { securityContext }],
    ["a Pod without GMSA", { containers: [{ name: "a" }] }],
    [
      "a Pod with contents alone",
      {
        containers: [
          { name: "a", securityContext: { windowsOptions: { gmsaCredentialSpec: "{}" } } },
        ],
      },
    ],
    ["HostProcess containers", { containers: [{ name: "a", securityContext: hostProcess }] }],
    [
      "a Pod of HostProcess containers",
      { securityContext: hostProcess, containers: [{ name: "a" }] },
    ],
    [
      "a Pod for Linux nodes",
      {
        nodeSelector: { "kubernetes.io/os": "linux" },
        containers: [{ name: "a", securityContext }],
      },
    ],
  ])("to %s", (_what, spec) => {
    expect(helped(spec)).toEqual(spec);
  });

  test("that was not asked for", () => {
    const spec = { containers: [{ name: "a", securityContext }] };
    expect(helped(spec, { secureChannel: false, randomHostname: false })).toEqual(spec);
  });
});
