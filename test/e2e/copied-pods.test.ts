/**
 * Pods that are created from another Pod, as a restored backup or `kubectl debug --copy-to` does:
 * they carry the contents that were inlined in the original.
 */
import { AppsV1Api, type V1Pod } from "@kubernetes/client-node";

import { contentsDiffer } from "../../rules/admission/denial";
import type { StatusCause } from "../../rules/admission/causes";
import { gmsaPlacesOf, type PodLike } from "../../rules/pod/windows-options";
import { sentence } from "../../rules/problem";
import type { KubectlResult } from "../../testbed/control-plane/kubectl";
import { validContents, validCredspec } from "../../testbed/objects/valid-credspec";
import { attachBed } from "../setup/attach-bed";
import { eventually } from "../../testbed/objects/eventually";
import { Objects } from "../../testbed/objects/cluster-objects";
import { podOf } from "../../testbed/objects/pods";
import { cause, NAME } from "../support/refusals";
import { sendRaw } from "./raw-request";

const bed = attachBed();
const objects = new Objects(bed.kubeConfig);
const NAMESPACE = "gmsa-restored";
const CREDSPEC = "restored";
const POD = podOf(NAMESPACE, "web", { serviceAccount: "web", credspec: CREDSPEC });
// envtest does not include a controller manager, which creates the Pods of Deployments.
const testWorkload = bed.hasControllerManager ? test : test.skip;

/** The whole refusal of such a Pod for people, because kubectl prints nothing else. */
function refusalOf(pod: PodLike): string {
  return sentence(contentsDiffer(CREDSPEC, gmsaPlacesOf(pod)));
}

function named(name: string): PodLike {
  return { ...POD, metadata: { ...POD.metadata, name } };
}

async function stored(...object: string[]): Promise<string> {
  return (await bed.kubectl(["get", ...object, "-n", NAMESPACE, "-o", "yaml"])).stdout;
}

/** Restores a backup; some of its objects may be refused. */
function restored(yaml: string): Promise<KubectlResult> {
  return bed.kubectl(["create", "-f", "-"], { stdin: yaml, allowFailure: true });
}

/** The causes for which the Pod of a backup is refused. */
async function causesOf(pod: string): Promise<StatusCause[]> {
  const path = `/api/v1/namespaces/${NAMESPACE}/pods`;
  const contentType = "application/yaml";
  return (await sendRaw(bed.kubeConfig, { method: "POST", path, contentType, body: pod })).causes;
}

function contentsOf({ spec }: V1Pod): string | undefined {
  return spec?.securityContext?.windowsOptions?.gmsaCredentialSpec;
}

beforeAll(async () => {
  await bed.createNamespace(NAMESPACE);
  await objects.createCredspec(CREDSPEC, validCredspec());
  await objects.createGrantedAccount(NAMESPACE, "web", {
    role: "use-restored",
    credspecs: [CREDSPEC],
  });
  await eventually(
    () => objects.createPod(POD),
    ({ admitted }) => admitted,
  );
});

describe("restoring a backup", () => {
  const GRANT = ["rolebinding", "use-restored"];
  const RESOURCE = ["gmsacredentialspec", CREDSPEC];
  let backup: { pod: string; grant: string; credspec: string };

  beforeAll(async () => {
    backup = {
      pod: await stored("pod", "web"),
      grant: await stored(...GRANT),
      credspec: await stored(...RESOURCE),
    };
    await objects.deletePod(POD.metadata);
    await bed.kubectl(["delete", ...GRANT, "-n", NAMESPACE]);
    await objects.deleteCredspec(CREDSPEC);
    // Positive answers are cached for a second.
    await eventually(
      () => objects.createPod(POD, { dryRun: true }),
      ({ admitted }) => !admitted,
    );
  });

  test("in the wrong order is refused, and each refusal names the missing object", async () => {
    const notAuthorized = cause("NotAuthorized", `spec.${NAME}`, "web", CREDSPEC);
    expect(await causesOf(backup.pod)).toEqual([notAuthorized]);
    await restored(backup.grant);
    const absent = await eventually(
      () => causesOf(backup.pod),
      causes => causes.every(({ reason }) => reason !== "NotAuthorized"),
    );
    expect(absent).toEqual([cause("NoSuchCredspec", `spec.${NAME}`, CREDSPEC)]);
  });

  test("with a credential spec that has changed since names the case, and the way out", async () => {
    await objects.createCredspec(CREDSPEC, validCredspec("other"));
    await eventually(
      () => causesOf(backup.pod),
      causes => causes.every(({ reason }) => reason !== "NoSuchCredspec"),
    );
    expect((await restored(backup.pod)).stderr).toContain(refusalOf(POD));
    await objects.deleteCredspec(CREDSPEC);
  });

  test("in the right order is admitted, Pods included", async () => {
    expect(await restored(backup.credspec)).toMatchObject({ code: 0 });
    const { code } = await eventually(
      () => restored(backup.pod),
      result => result.code === 0,
    );
    expect(code).toBe(0);
    expect(contentsOf(await objects.core.readNamespacedPod(POD.metadata))).toBe(validContents());
  });
});

describe("once the credential spec has changed", () => {
  beforeAll(async () => {
    await objects.changeCredspec(CREDSPEC, validCredspec("changed"));
    await eventually(
      async () => {
        const probe = { ...POD, metadata: { ...POD.metadata, name: "probe" } };
        const answer = await objects.createPod(probe, { dryRun: true });
        return answer.admitted ? contentsOf(answer.pod) : undefined;
      },
      contents => contents === validContents("changed"),
    );
  });

  test("kubectl debug --copy-to is refused, with the case and the way out", async () => {
    const { stderr } = await bed.kubectl(
      [
        ...["debug", "web", "-n", NAMESPACE, "--copy-to=web-copy", "--attach=false"],
        ...["--image=registry.k8s.io/pause:3.10", "--container=debugger"],
      ],
      { allowFailure: true },
    );
    expect(stderr).toContain(refusalOf(named("web-copy")));
  });

  test("kubectl get -o yaml of a Pod is refused as another one, and admitted without contents", async () => {
    const copy = (await stored("pod", "web")).replace(/^ {2}name: web$/m, "  name: again");
    expect((await restored(copy)).stderr).toContain(refusalOf(named("again")));

    const without = copy.replace(/^ +gmsaCredentialSpec: .*(\n {10,}.*)*\n/m, "");
    expect(await restored(without)).toMatchObject({ code: 0 });
    const pod = await objects.core.readNamespacedPod({ name: "again", namespace: NAMESPACE });
    expect(contentsOf(pod)).toBe(validContents("changed"));
  });

  testWorkload("a workload is restored, with the current contents", async () => {
    const labels = { app: "shop" };
    await bed.kubeConfig.makeApiClient(AppsV1Api).createNamespacedDeployment({
      namespace: NAMESPACE,
      body: {
        metadata: { name: "shop" },
        spec: {
          replicas: 1,
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: POD.spec as V1Pod["spec"] },
        },
      },
    });
    const backup = await stored("deployment", "shop");
    await bed.kubectl(["delete", "deployment", "shop", "-n", NAMESPACE, "--cascade=foreground"]);
    expect(await restored(backup)).toMatchObject({ code: 0 });
    const pods = await eventually(
      async () => {
        const list = { namespace: NAMESPACE, labelSelector: "app=shop" };
        return (await objects.core.listNamespacedPod(list)).items;
      },
      items => items.length === 1,
    );
    expect(pods.map(contentsOf)).toEqual([validContents("changed")]);
  });
});
