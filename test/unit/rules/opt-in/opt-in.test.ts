/** What Pods are given beside their contents, by the patch that reaches the API server. */
import { applyPatch } from "fast-json-patch";
import type { Operation } from "fast-json-patch";

import { findInlinings } from "../../../../rules/admission/review";
import type { Namespaces } from "../../../../rules/opt-in/choice";
import { PodHelper } from "../../../../capabilities/opt-in";
import { randomHostname } from "../../../../rules/opt-in/apply";
import { secureChannelHook } from "../../../../rules/opt-in/secure-channel";
import { readHelperSettings } from "../../../../rules/opt-in/opt-in-settings";
import { podWarnings } from "../../../../rules/admission/warnings";
import type { PodLike } from "../../../../rules/pod/windows-options";
import { helpedPod, helperCases } from "../../../fixtures/helper-case";
import type { HelperCase } from "../../../fixtures/helper-case";
import { fixtureCluster } from "../../../support/fixture-cluster";
import { patchOf } from "../../capabilities/patch-of";

const NAMESPACE = "team-a";
const cases = helperCases(NAMESPACE);
const ASKING = { NAMESPACE_ANNOTATIONS: "true" };

function namespacesWith(annotations: Record<string, string>): () => Namespaces {
  return () => ({ annotationsOf: () => Promise.resolve({ outcome: "found", annotations }) });
}

function nobodyAsks(): Namespaces {
  throw new Error("namespaces are asked although they are not to be");
}

/** As Mutate does it. */
async function mutationOf(
  { pod, oldPod }: Pick<HelperCase, "pod" | "oldPod">,
  helper: PodHelper,
): Promise<Operation[]> {
  return patchOf({ object: pod, oldObject: oldPod }, async request => {
    const review = {
      pod: request.Raw as PodLike,
      oldPod: (request.OldResource as PodLike | undefined) ?? undefined,
      serviceAccount: { namespace: NAMESPACE, name: "web" },
    };
    const [, inlinings] = await Promise.all([
      helper.help(review, "u"),
      findInlinings(fixtureCluster(), review),
    ]);
    for (const { place, contents } of inlinings) {
      place.options.gmsaCredentialSpec = contents;
    }
  });
}

function helperOf({ namespace, environment }: HelperCase): PodHelper {
  return namespace === undefined
    ? new PodHelper(environment, nobodyAsks)
    : new PodHelper({ ...environment, ...ASKING }, namespacesWith(namespace));
}

describe("what Pods are given, case by case", () => {
  test("there are cases", () => {
    expect(cases.length).toBeGreaterThan(15);
  });

  test.each(cases)("$title", async fixture => {
    const { pod, oldPod, expect: expected } = fixture;
    const helper = helperOf(fixture);
    const patch = await mutationOf(fixture, helper);
    const admitted = applyPatch(structuredClone(pod), patch, true).newDocument;

    expect(admitted).toEqual(helpedPod(fixture, admitted));
    expect(patch.every(({ op }) => op === "add")).toBe(true);
    expect(podWarnings({ pod: admitted, oldPod })).toEqual(expected.warnings);
    // Called again, because another webhook changed the Pod.
    expect(await mutationOf({ pod: admitted, oldPod }, helper)).toEqual([]);
  });
});

describe("what Pods are not given", () => {
  const [asked] = cases.filter(({ namespace }) => namespace !== undefined);

  test.each([
    ["cannot be read", { outcome: "failed", why: "the API server refused" } as const],
    ["is not there", { outcome: "absent" } as const],
  ])("anything by a namespace that %s", async (_, answer) => {
    const failing = { annotationsOf: () => Promise.resolve(answer) };
    const helper = new PodHelper(ASKING, () => failing);
    const pod = asked?.pod ?? { metadata: { name: "", namespace: "" }, spec: {} };
    const paths = (await mutationOf({ pod }, helper)).map(({ path }) => path);
    expect(paths).toEqual(["/spec/containers/0/securityContext/windowsOptions/gmsaCredentialSpec"]);
  });

  test("a hostname where there is one that goes before it", async () => {
    const spec = { ...asked?.pod.spec, hostnameOverride: "mine" };
    const pod = { metadata: { name: "p", namespace: NAMESPACE }, spec };
    const helper = new PodHelper({ RANDOM_HOSTNAME: "true" }, nobodyAsks);
    expect(JSON.stringify(await mutationOf({ pod }, helper))).not.toContain("/spec/hostname");
  });
});

describe("a random hostname", () => {
  test("is one of NetBIOS and of DNS, and another each time", () => {
    const names = Array.from({ length: 1000 }, randomHostname);
    expect(names.filter(name => !/^[a-z][a-z0-9]{14}$/.test(name))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
    const characters = new Set(names.join(""));
    expect(characters.size).toBe(36);
  });
});

describe("the secure channel hook", () => {
  test("is a command line that nothing between here and cmd has to escape", () => {
    const [program, ...args] = secureChannelHook().exec.command;
    expect(program).toBe("cmd.exe");
    expect(args.slice(0, -1)).toEqual(["/Q", "/S", "/C"]);
    expect(args.at(-1)).toMatch(/^\(if exist [^"\r\n]+\) & exit 0$/);
    // The variable of the loop and that of the environment are all that cmd expands.
    expect(args.at(-1)?.match(/%[^ %]*%?/g)).toEqual(["%SystemRoot%", "%i"]);
  });

  test("ends after twenty attempts of some three seconds, and always with success", () => {
    const script = secureChannelHook().exec.command.at(-1) ?? "";
    expect(/in \(1,1,(\d+)\)/.exec(script)?.[1]).toBe("20");
    const pings = [...script.matchAll(/ping\.exe -n (\d+)/g)].map(([, count]) => Number(count));
    expect(pings.map(count => count - 1)).toEqual([1, 2]);
    expect(script.match(/exit \d/g)).toEqual(["exit 0", "exit 0"]);
    const depths = Array.from(script, c => (c === "(" ? 1 : c === ")" ? -1 : 0));
    expect(depths.reduce<number>((sum, step) => sum + step, 0)).toBe(0);
  });
});

describe("the settings of the controller", () => {
  test.each([
    [{}, false],
    [{ RANDOM_HOSTNAME: "" }, false],
    [{ RANDOM_HOSTNAME: "false" }, false],
    [{ RANDOM_HOSTNAME: "true" }, true],
    [{ RANDOM_HOSTNAME: "True" }, true],
    [{ RANDOM_HOSTNAME: "1" }, true],
  ])("%j", (environment, randomHostname) => {
    expect(readHelperSettings(environment)).toEqual({
      defaults: { secureChannel: false, randomHostname },
      asksNamespaces: false,
    });
  });

  test.each(["yes", "on", "constructor", " true"])("%j is not understood, and told", value => {
    expect(() => readHelperSettings({ NAMESPACE_ANNOTATIONS: value })).toThrow(
      `the environment variable NAMESPACE_ANNOTATIONS is ${JSON.stringify(value)}: set "true" or "false"`,
    );
  });
});
