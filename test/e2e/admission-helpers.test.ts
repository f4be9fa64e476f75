/**
 * The admission helpers for Pods that request them, on a real API server, which has to accept the
 * result.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describePlace, placesOf } from "../../rules/pod/windows-options";
import type { ContainerLike, PodLike } from "../../rules/pod/windows-options";
import { startBed } from "../../testbed/bed/local-bed";
import type { Bed } from "../../testbed/bed/bed";
import { helpedPod, helperCases } from "../fixtures/helper-case";
import type { HelperCase } from "../fixtures/helper-case";
import { render } from "../../testbed/manifests/rendering";
import { attachBed } from "../setup/attach-bed";
import { describeOnOwnBed } from "../setup/own-bed";
import { eventually } from "../../testbed/objects/eventually";
import { installFixtureCluster, removeFixtureCluster } from "../support/fixture-objects";
import { Objects } from "../../testbed/objects/cluster-objects";
import { podOf } from "../../testbed/objects/pods";
import { webhookCalls } from "./webhook-calls";
import { untilAdmitted } from "../support/until-admitted";
import { linesOfPod, linesOfWorkload } from "../support/worded";

const NAMESPACE = "gmsa-helpers";
const WEBHOOK = "pepr-gmsa.pepr.dev";
const ASKING = {
  "gmsa.pepr.dev/secure-channel": "true",
  "gmsa.pepr.dev/random-hostname": "true",
};
const CONTENTS = expect.stringContaining("WebApp1") as string;
const cases = helperCases(NAMESPACE);

type Lifecycle = ContainerLike["lifecycle"];

/** Lifecycles by place; the API server fills in many other fields. */
function lifecyclesOf(pod: PodLike): Record<string, Lifecycle> {
  return Object.fromEntries(
    placesOf(pod).flatMap(place => {
      const lifecycle = place.container?.lifecycle;
      // The API server omits an empty lifecycle.
      return lifecycle === undefined || Object.keys(lifecycle).length === 0
        ? []
        : [[describePlace(place), lifecycle]];
    }),
  );
}

/** The fields that the helpers change, and the annotations, which they must not change. */
function helpedPartOf(pod: PodLike): object {
  const annotations = Object.keys(pod.metadata?.annotations ?? {}).sort();
  const part = { lifecycles: lifecyclesOf(pod), hostname: pod.spec?.hostname, annotations };
  // A plain copy, without the client's classes.
  return JSON.parse(JSON.stringify(part)) as object;
}

/** The result for the Pod of a case, and the expected result. */
async function help(
  objects: Objects,
  fixture: HelperCase,
): Promise<{ given: object; expected: object }> {
  const outcome = await objects.tryPod(fixture);
  if (!outcome.admitted) throw new Error(outcome.message);
  const admitted = outcome.pod as PodLike;
  return {
    given: helpedPartOf(admitted),
    expected: helpedPartOf(helpedPod(fixture, admitted)),
  };
}

async function untilGranted(objects: Objects): Promise<void> {
  const pod = podOf(NAMESPACE, "granted", { serviceAccount: "web", credspec: "webapp1" });
  await untilAdmitted(objects, pod);
}

describe("requests that Pods make by annotation", () => {
  const bed = attachBed();
  const objects = new Objects(bed.kubeConfig);
  const shipped = cases.filter(
    ({ namespace, environment }) =>
      namespace === undefined && Object.keys(environment).length === 0,
  );

  beforeAll(async () => {
    await bed.createNamespace(NAMESPACE);
    await installFixtureCluster(objects, NAMESPACE);
    await untilGranted(objects);
  });

  afterAll(async () => {
    await removeFixtureCluster(objects, NAMESPACE);
  });

  test.each(shipped)("$title", async fixture => {
    const { given, expected } = await help(objects, fixture);
    expect(given).toEqual(expected);
  });

  test("is given in a dry run too", async () => {
    const pod = podOf(NAMESPACE, "dry", { serviceAccount: "web", credspec: "webapp1" });
    Object.assign(pod.metadata, { annotations: ASKING });
    const outcome = await objects.createPod(pod, { dryRun: true });
    expect(outcome).toMatchObject({
      admitted: true,
      pod: {
        spec: {
          hostname: expect.stringMatching(/^[a-z][a-z0-9]{14}$/) as string,
          containers: [{ lifecycle: { postStart: { exec: {} } } }],
        },
      },
    });
  });

  test("causes a warning from kubectl where it is misspelt, in a workload too", async () => {
    const pod = podOf(NAMESPACE, "misspelt", { serviceAccount: "web", credspec: "webapp1" });
    const template = {
      metadata: {
        labels: { app: "misspelt" },
        annotations: { "gmsa.pepr.dev/secure-channel": "yes" },
      },
      spec: { ...pod.spec, nodeSelector: { "kubernetes.io/os": "windows" } },
    };
    const told = async (object: object): Promise<string> => {
      const { stderr } = await bed.kubectl(["create", "--dry-run=server", "-f", "-"], {
        stdin: JSON.stringify(object),
      });
      return stderr;
    };
    const metadata = { name: "misspelt", namespace: NAMESPACE };
    const annotated = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { ...template.metadata, ...metadata },
      spec: template.spec,
    };
    const [ofPod, ...others] = linesOfPod(annotated);
    expect(ofPod).toContain('gmsa.pepr.dev/secure-channel is "yes"');
    expect(others).toEqual([]);
    expect(await told(annotated)).toBe(`${ofPod}\n`);
    const deployment = {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: { selector: { matchLabels: { app: "misspelt" } }, template },
    };
    const [ofDeployment] = await linesOfWorkload(deployment, { granted: true });
    expect(await told(deployment)).toBe(`${ofDeployment}\n`);
  });

  test("by Pods without GMSA never reaches the webhook", async () => {
    const before = await webhookCalls(bed, WEBHOOK);
    const pod = podOf(NAMESPACE, "plain");
    Object.assign(pod.metadata, { annotations: ASKING });
    expect(await objects.createPod(pod, { dryRun: true })).toMatchObject({ admitted: true });
    expect(await webhookCalls(bed, WEBHOOK)).toBe(before);
  });
});

describeOnOwnBed("what namespaces and the controller ask for", () => {
  let bed: Bed;
  let dir: string;
  let objects: Objects;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), "gmsa-helpers-"));
    const file = join(dir, "gmsa.yaml");
    writeFileSync(file, await render(["namespace-annotations", "one-replica"]));
    bed = await startBed({ install: file });
    objects = new Objects(bed.kubeConfig);
    await bed.createNamespace(NAMESPACE);
    await installFixtureCluster(objects, NAMESPACE);
    await untilGranted(objects);
  }, 300_000);

  afterAll(async () => {
    await bed.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  /**
   * Sets the namespace's annotations and waits until they take effect, which takes at most a
   * second.
   */
  async function annotate(annotations: Record<string, string>): Promise<void> {
    const gone = Object.fromEntries(Object.keys(ASKING).map(key => [key, null]));
    const patch = JSON.stringify({ metadata: { annotations: { ...gone, ...annotations } } });
    await bed.kubectl(["patch", "namespace", NAMESPACE, "--type=merge", "-p", patch]);
    await new Promise(resolve => setTimeout(resolve, 1100));
  }

  const withEnvironment = ({ environment }: HelperCase): boolean =>
    Object.keys(environment).length > 0;

  test.each(cases.filter(fixture => !withEnvironment(fixture)))("$title", async fixture => {
    await annotate(fixture.namespace ?? {});
    const { given, expected } = await help(objects, fixture);
    expect(given).toEqual(expected);
  });

  test("the controller may get namespaces, and no more than that", async () => {
    const user = "--as=system:serviceaccount:pepr-system:pepr-gmsa";
    const mayI = async (verb: string): Promise<string> => {
      const question = ["auth", "can-i", verb, "namespaces", user];
      const { stdout } = await bed.kubectl(question, { allowFailure: true });
      return stdout.trim();
    };
    expect(await Promise.all(["get", "list", "watch", "update"].map(mayI))).toEqual([
      ...["yes", "no", "no", "no"],
    ]);
  });

  test("without that right Pods are admitted without those settings, and the log shows why", async () => {
    await annotate(ASKING);
    const rules = ["-p", '[{"op":"remove","path":"/rules/2"}]', "--type=json"];
    await bed.kubectl(["patch", "clusterrole", "pepr-gmsa", ...rules]);
    const pod = podOf(NAMESPACE, "unaided", { serviceAccount: "web", credspec: "webapp1" });
    const outcome = await eventually(
      () => objects.createPod(pod, { dryRun: true }),
      created => created.admitted && created.pod.spec?.hostname === undefined,
    );
    expect(outcome).toMatchObject({
      pod: { spec: { securityContext: { windowsOptions: { gmsaCredentialSpec: CONTENTS } } } },
    });
    expect(bed.controllers?.replicas[0]?.logs()).toContain("The namespace could not be read");
    const rule = { apiGroups: [""], resources: ["namespaces"], verbs: ["get"] };
    const patch = JSON.stringify([{ op: "add", path: "/rules/-", value: rule }]);
    await bed.kubectl(["patch", "clusterrole", "pepr-gmsa", "--type=json", "-p", patch]);
  });

  describe("with RANDOM_HOSTNAME=true", () => {
    beforeAll(async () => {
      const set = ["set", "env", "-n", "pepr-system", "deployment/pepr-gmsa"];
      await bed.kubectl([...set, "RANDOM_HOSTNAME=true"]);
      await bed.controllers?.rollout();
    }, 120_000);

    test.each(cases.filter(withEnvironment))("$title", async fixture => {
      await annotate(fixture.namespace ?? {});
      const { given, expected } = await help(objects, fixture);
      expect(given).toEqual(expected);
    });
  });
});
