/**
 * The CustomResourceDefinition of credential specs cannot be deleted by mistake, by any kind of
 * request. On a cluster of its own.
 */
import { startBed } from "../../testbed/bed/local-bed";
import type { Bed } from "../../testbed/bed/bed";
import type { KubectlResult } from "../../testbed/control-plane/kubectl";
import { Objects } from "../../testbed/objects/cluster-objects";
import { eventually } from "../../testbed/objects/eventually";
import { validCredspec } from "../../testbed/objects/valid-credspec";
import { MANIFEST } from "../../testbed/manifests/built-manifest";
import { describeOnOwnBed } from "../setup/own-bed";

const CRD = "gmsacredentialspecs.windows.k8s.io";
const CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const ANNOTATION = "gmsa.pepr.dev/delete-credspecs";
const REFUSAL =
  "ValidatingAdmissionPolicy 'gmsa-keep-credspecs' with binding 'gmsa-keep-credspecs' denied request: " +
  "every credential spec of the cluster would be deleted with this CustomResourceDefinition. " +
  `To delete them all, first run \`kubectl annotate crd ${CRD} ${ANNOTATION}=true\`.`;

const OTHER = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "others.example.com" },
  spec: {
    group: "example.com",
    scope: "Cluster",
    names: { kind: "Other", plural: "others" },
    versions: [
      { name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } },
    ],
  },
};

describeOnOwnBed("the CustomResourceDefinition of credential specs", () => {
  let bed: Bed;

  beforeAll(async () => {
    bed = await startBed();
    await bed.apply(MANIFEST);
    await new Objects(bed.kubeConfig).createCredspec("webapp1", validCredspec());
    // The API server takes a moment to apply a new policy.
    await eventually(
      () => tried("delete", "crd", CRD, "--dry-run=server"),
      ({ code }) => code !== 0,
    );
  }, 300_000);

  afterAll(async () => {
    await bed.stop();
  });

  function tried(...args: string[]): Promise<KubectlResult> {
    return bed.kubectl(args, { allowFailure: true });
  }

  async function annotate(value: string): Promise<void> {
    await bed.kubectl(["annotate", "crd", CRD, "--overwrite", `${ANNOTATION}${value}`]);
  }

  test.each([
    ["by name", ["delete", "crd", CRD]],
    ["as one of a collection", ["delete", "--raw", `${CRDS}?fieldSelector=metadata.name%3D${CRD}`]],
    ["with all others", ["delete", "--raw", CRDS]],
    ["at once", ["delete", "crd", CRD, "--grace-period=0", "--force"]],
    ["with the whole installation", ["delete", "-f", MANIFEST, "--dry-run=server"]],
  ])("is not deleted %s", async (_how, args) => {
    const { code, stderr } = await tried(...args);

    expect(code).not.toBe(0);
    expect(stderr).toContain(REFUSAL);
    const { stdout } = await bed.kubectl(["get", "gmsa", "-o", "name"]);
    expect(stdout).toBe(`gmsacredentialspec.${CRD.slice("gmsacredentialspecs.".length)}/webapp1\n`);
  });

  test.each(["=", "=false", "=True"])("is not deleted with the annotation %s", async value => {
    await annotate(value);
    expect((await tried("delete", "crd", CRD)).stderr).toContain(REFUSAL);
    await annotate("-");
  });

  test("can be changed, and another one deleted", async () => {
    await bed.kubectl(["label", "crd", CRD, "team=identity"]);
    await bed.kubectl(["create", "-f", "-"], { stdin: JSON.stringify(OTHER) });
    const { stdout } = await bed.kubectl(["delete", "crd", OTHER.metadata.name]);
    expect(stdout).toContain("deleted");
  });

  test("the API server accepts the policy's expressions without a warning", async () => {
    const { stdout } = await bed.kubectl([
      ...["get", "validatingadmissionpolicy", "gmsa-keep-credspecs"],
      ...["-o", "jsonpath={.status.typeChecking}"],
    ]);
    expect(stdout).toBe("{}");
  });

  test("is deleted by the steps in the refusal", async () => {
    const { stderr } = await tried("delete", "crd", CRD);
    const advice = /`kubectl (.*)`/.exec(stderr)?.[1] ?? "";
    await bed.kubectl(advice.split(" "));
    const { stdout } = await bed.kubectl(["delete", "crd", CRD]);
    expect(stdout).toContain("deleted");
    expect((await tried("get", "crd", CRD)).stderr).toContain("NotFound");
  });
});
