/** Installing, comparing and reinstalling, as a user does it. On clusters of their own. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { parse } from "yaml";

import { startBed } from "../../testbed/bed/local-bed";
import type { Bed } from "../../testbed/bed/bed";
import { validContents, validCredspec } from "../../testbed/objects/valid-credspec";
import { MANIFEST } from "../../testbed/manifests/built-manifest";
import { changed } from "../support/applied";
import { eventually } from "../../testbed/objects/eventually";
import { PEPR_MANIFEST, manifest, manifests, readManifests } from "./built-manifests";
import { Objects } from "../../testbed/objects/cluster-objects";
import { podOf } from "../../testbed/objects/pods";
import { describeOnOwnBed } from "../setup/own-bed";
import { cause, NAME } from "../support/refusals";

const ROOT = join(__dirname, "../..");
const CRD = join(ROOT, "crds/gmsacredentialspecs.windows.k8s.io.yaml");
const POLICY = join(ROOT, "deploy/policy/excluded-namespaces.yaml");

describeOnOwnBed("the installation", () => {
  let bed: Bed;

  beforeAll(async () => {
    bed = await startBed();
  }, 300_000);

  afterAll(async () => {
    await bed.stop();
  });

  test("can be reviewed without being created", async () => {
    // A dry run does not create the namespace, so later objects of the same run could not be in it.
    await bed.kubectl(["create", "namespace", "pepr-system", "--save-config"]);
    const { stdout, stderr } = await bed.kubectl(["apply", "--dry-run=server", "-k", ROOT]);

    expect(stderr).toBe("");
    expect(changed(stdout)).toHaveLength(manifests.length);
    expect(stdout).toContain(
      "validatingwebhookconfiguration.admissionregistration.k8s.io/pepr-gmsa created (server dry run)",
    );
    const { code } = await bed.kubectl(["get", "deployment", "-n", "pepr-system", "pepr-gmsa"], {
      allowFailure: true,
    });
    expect(code).not.toBe(0);
  });

  test("is created by one apply, and a second one changes nothing", async () => {
    const first = await bed.kubectl(["apply", "-k", ROOT]);
    expect(first.stderr).toBe("");
    expect(changed(first.stdout)).toHaveLength(manifests.length);
    const second = await bed.kubectl(["apply", "-k", ROOT]);
    expect(changed(second.stdout)).toEqual([]);
    const difference = await bed.kubectl(["diff", "-k", ROOT], { allowFailure: true });
    expect(difference).toMatchObject({ code: 0, stdout: "" });
  });

  test("dist/gmsa.yaml is the same", async () => {
    const { stdout } = await bed.kubectl(["apply", "-f", MANIFEST]);
    expect(changed(stdout)).toEqual([]);
  });

  test("the API server accepts the policy's expressions without a warning", async () => {
    const { stdout } = await bed.kubectl([
      "get",
      "validatingadmissionpolicy",
      "gmsa-excluded-namespaces",
      "-o",
      "json",
    ]);
    const { status } = JSON.parse(stdout) as {
      status?: { typeChecking?: { expressionWarnings?: unknown[] } };
    };
    expect(status?.typeChecking?.expressionWarnings ?? []).toEqual([]);
  });

  test("holds no key, certificate, CA bundle or path", () => {
    const text = readFileSync(MANIFEST, "utf8");
    expect(text).not.toMatch(/BEGIN|LS0tLS1CRUdJTi|caBundle|path: \/(mutate|validate)/);
    for (const name of ["pepr-gmsa-tls", "pepr-gmsa-api-path"]) {
      const secret = manifest("Secret", name);
      expect(secret?.metadata).toMatchObject({ name });
      expect(secret).not.toHaveProperty("data");
      expect(secret).not.toHaveProperty("stringData");
    }
    const packed = manifests.flatMap(({ metadata: { name }, data = {} }) =>
      name.startsWith("pepr-gmsa-module-") ? Object.values(data) : [],
    );
    expect(packed).toHaveLength(1);
    const code = gunzipSync(Buffer.from(packed[0] ?? "", "base64")).toString();
    // What Pepr generated for this build is in its own YAML, and nowhere in this one.
    const generated = readManifests(PEPR_MANIFEST).flatMap(({ metadata: { name }, data = {} }) =>
      ["pepr-gmsa-tls", "pepr-gmsa-api-path"].includes(name) ? Object.values(data) : [],
    );
    expect(generated.length).toBeGreaterThanOrEqual(3);
    for (const base64 of generated) {
      const value = Buffer.from(base64, "base64").toString();
      expect([text, code].filter(each => each.includes(base64) || each.includes(value))).toEqual(
        [],
      );
    }
    expect(code).not.toMatch(/PRIVATE KEY-----\s*[\w+/]{40}/);
  });
});

describeOnOwnBed("over an installation of windows-gmsa", () => {
  let bed: Bed;
  const credspec = {
    CmsPlugins: ["ActiveDirectory"],
    DomainJoinConfig: { DnsName: "contoso.com" },
  };

  beforeAll(async () => {
    bed = await startBed();
  }, 300_000);

  afterAll(async () => {
    await bed.stop();
  });

  test("the CRD is taken over with every object readable and writable in both versions", async () => {
    await bed.kubectl(["apply", "-f", "-"], { stdin: JSON.stringify(crdWithoutDocumentation()) });
    await bed.kubectl([
      "wait",
      "--for=condition=Established",
      "crd/gmsacredentialspecs.windows.k8s.io",
    ]);
    const objects = new Objects(bed.kubeConfig);
    await objects.createCredspec("old-v1", credspec);
    await objects.createCredspec("old-v1alpha1", credspec, { version: "v1alpha1" });
    await objects.createCredspec("old-keyless", undefined);

    await bed.kubectl(["apply", "-k", ROOT]);

    for (const version of ["v1", "v1alpha1"]) {
      const resource = `gmsacredentialspecs.${version}.windows.k8s.io`;
      const { stdout } = await bed.kubectl(["get", resource, "-o", "json"]);
      const { items } = JSON.parse(stdout) as {
        items: { metadata: { name: string }; credspec?: unknown }[];
      };
      expect(items.map(item => [item.metadata.name, item.credspec])).toEqual([
        ["old-keyless", undefined],
        ["old-v1", credspec],
        ["old-v1alpha1", credspec],
      ]);
      for (const { metadata } of items) {
        const patched = await bed.kubectl([
          "annotate",
          resource,
          metadata.name,
          `from=${version}`,
          "--overwrite",
        ]);
        expect(patched.stdout).toContain("annotated");
      }
    }
    const { stdout } = await bed.kubectl(["get", "gmsa", "old-v1"]);
    expect(stdout).toContain("contoso.com");
  });

  /** The CRD of windows-gmsa: the same fields, without documentation, columns and short name. */
  function crdWithoutDocumentation(): unknown {
    const crd = parse(readFileSync(CRD, "utf8")) as Crd;
    crd.spec.names = { kind: "GMSACredentialSpec", plural: "gmsacredentialspecs" };
    for (const version of crd.spec.versions) {
      delete version.additionalPrinterColumns;
      delete version.deprecationWarning;
    }
    return JSON.parse(
      JSON.stringify(crd, (key, value: unknown) =>
        key === "description" && typeof value === "string" ? undefined : value,
      ),
    );
  }

  interface Crd {
    spec: {
      names: Record<string, unknown>;
      versions: { additionalPrinterColumns?: unknown; deprecationWarning?: unknown }[];
    };
  }
});

describeOnOwnBed("with Pepr's plain YAML, the CRD and the policy", () => {
  const NAMESPACE = "gmsa-plain-yaml";
  let bed: Bed;
  let objects: Objects;

  beforeAll(async () => {
    bed = await startBed();
    await bed.apply(CRD);
    await bed.apply(POLICY);
    await bed.install(PEPR_MANIFEST, { replicas: 1 });
    objects = new Objects(bed.kubeConfig);
    await bed.createNamespace(NAMESPACE);
    await objects.createCredspec("webapp1", validCredspec());
    await objects.createGrantedAccount(NAMESPACE, "web", {
      role: "use-webapp1",
      credspecs: ["webapp1"],
    });
  }, 300_000);

  afterAll(async () => {
    await bed.stop();
  });

  test("a GMSA Pod is expanded, and can be labelled and deleted", async () => {
    const pod = podOf(NAMESPACE, "gmsa", { serviceAccount: "web", credspec: "webapp1" });
    const outcome = await eventually(
      () => objects.createPod(pod),
      ({ admitted }) => admitted,
    );
    expect(outcome).toMatchObject({
      pod: {
        spec: {
          securityContext: {
            windowsOptions: { gmsaCredentialSpec: validContents() },
          },
        },
      },
    });
    await objects.deleteCredspec("webapp1");
    const labelled = await objects.updatePod(pod.metadata, stored => {
      Object.assign(stored.metadata ?? {}, { labels: { a: "b" } });
    });
    expect(labelled).toMatchObject({ admitted: true });
    await objects.deletePod(pod.metadata);
  });

  test("a plain Pod passes through the webhook unchanged, without Pepr's marker", async () => {
    const outcome = await objects.createPod(podOf(NAMESPACE, "plain"), { dryRun: true });
    expect(outcome).toMatchObject({ admitted: true });
    expect(outcome.admitted ? outcome.pod.metadata?.annotations : "refused").toBeUndefined();
  });

  test("a Pod without a grant is refused, and so is any GMSA Pod where the webhook does not look", async () => {
    const refused = await objects.createPod(podOf(NAMESPACE, "refused", { credspec: "webapp1" }));
    expect(refused).toMatchObject({
      admitted: false,
      causes: [cause("NotAuthorized", `spec.${NAME}`, "webapp1")],
    });
    await bed.waitForServiceAccount("kube-system", "default");
    const excluded = await objects.createPod(
      podOf("kube-system", "refused", { credspec: "webapp1" }),
    );
    expect(excluded).toMatchObject({
      admitted: false,
      message: expect.stringContaining("GMSA cannot be used in namespace") as string,
    });
  });
});
