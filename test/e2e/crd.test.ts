/** The CRD from a user's view: two versions, documentation, columns. */
import { attachBed } from "../setup/attach-bed";
import { Objects } from "../../testbed/objects/cluster-objects";

const bed = attachBed();
const objects = new Objects(bed.kubeConfig);
const CREDSPEC = {
  ActiveDirectoryConfig: {
    GroupManagedServiceAccounts: [
      { Name: "WebApp1", Scope: "contoso.com" },
      { Name: "WebApp1", Scope: "CONTOSO" },
    ],
    HostAccountConfig: {
      PluginGUID: "{CCC2A336-D7F3-4818-A213-272B7924213E}",
      PluginInput: "ObjectId=a;SecretUri=https://contoso.vault.azure.net/secrets/reader",
      PortableCcgVersion: "1",
    },
  },
  CmsPlugins: ["ActiveDirectory"],
  DomainJoinConfig: {
    DnsName: "contoso.com",
    DnsTreeName: "contoso.com",
    Guid: "244818ae-87ac-4fcd-92ec-e79e5252348a",
    MachineAccountName: "WebApp1",
    NetBiosName: "CONTOSO",
    Sid: "S-1-5-21-2126449477-2524075714-3094792973",
  },
};

async function kubectl(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  return bed.kubectl(args);
}

async function stored(name: string, version: string): Promise<unknown> {
  const { stdout } = await kubectl(
    "get",
    `gmsacredentialspecs.${version}.windows.k8s.io`,
    name,
    "-o",
    "json",
  );
  return (JSON.parse(stdout) as { credspec: unknown }).credspec;
}

beforeAll(async () => {
  await objects.createCredspec("crd-v1", CREDSPEC);
  await objects.createCredspec("crd-v1alpha1", CREDSPEC, { version: "v1alpha1" });
});

afterAll(async () => {
  await Promise.all(["crd-v1", "crd-v1alpha1"].map(name => objects.deleteCredspec(name)));
});

describe("GMSACredentialSpec", () => {
  test.each(["crd-v1", "crd-v1alpha1"])("%s is whole in both versions", async name => {
    expect(await stored(name, "v1")).toEqual(CREDSPEC);
    expect(await stored(name, "v1alpha1")).toEqual(CREDSPEC);
  });

  test("can be written in the old version, with a warning", async () => {
    const { stdout, stderr } = await kubectl(
      ...["patch", "gmsacredentialspecs.v1alpha1.windows.k8s.io", "crd-v1", "--type=merge"],
      ...["-p", '{"credspec":{"CmsPlugins":["ActiveDirectory","Other"]}}'],
    );
    expect(stdout).toContain("patched");
    expect(stderr).toContain(
      "Warning: windows.k8s.io/v1alpha1 GMSACredentialSpec is deprecated; use windows.k8s.io/v1",
    );
    expect(await stored("crd-v1", "v1")).toEqual({
      ...CREDSPEC,
      CmsPlugins: ["ActiveDirectory", "Other"],
    });
  });

  test("is listed with account and domain under its short name", async () => {
    const { stdout } = await kubectl("get", "gmsa", "crd-v1alpha1");
    expect(stdout).toMatch(/NAME +ACCOUNT +DOMAIN +AGE\ncrd-v1alpha1 +WebApp1 +contoso.com +\d+s/);
  });

  test.each(["v1", "v1alpha1"])("explains each of its fields in %s", async version => {
    const { stdout } = await kubectl(
      "get",
      "crd",
      "gmsacredentialspecs.windows.k8s.io",
      "-o",
      "json",
    );
    const crd = JSON.parse(stdout) as {
      spec: { versions: { name: string; schema: { openAPIV3Schema: Schema } }[] };
    };
    const schema = crd.spec.versions.find(({ name }) => name === version)?.schema.openAPIV3Schema;
    expect(undescribed(schema ?? {}, "gmsa")).toEqual([]);

    const explained = await kubectl(
      "explain",
      "gmsa.credspec.DomainJoinConfig.Sid",
      `--api-version=windows.k8s.io/${version}`,
    );
    expect(explained.stdout).toContain("S-1-5-21-");
  });

  test("is established, its names accepted, and its approval recognised", async () => {
    const { stdout } = await kubectl(
      "get",
      "crd",
      "gmsacredentialspecs.windows.k8s.io",
      "-o",
      "json",
    );
    const { conditions } = (
      JSON.parse(stdout) as { status: { conditions: { type: string; status: string }[] } }
    ).status;
    expect(conditions.map(({ type, status }) => `${type}=${status}`).sort()).toEqual([
      "Established=True",
      "KubernetesAPIApprovalPolicyConformant=True",
      "NamesAccepted=True",
    ]);
  });
});

interface Schema {
  description?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
}

/**
 * Paths of fields without a description for `kubectl explain`, except the fields that every object
 * has.
 */
function undescribed(schema: Schema, path: string): string[] {
  const children = Object.entries(schema.properties ?? {})
    .filter(([key]) => !["apiVersion", "kind", "metadata"].includes(key))
    .flatMap(([key, child]) => undescribed(child, `${path}.${key}`));
  const own = schema.description === undefined ? [path] : [];
  return [
    ...own,
    ...children,
    ...(schema.items === undefined
      ? []
      : Object.values(schema.items.properties ?? {}).flatMap(child =>
          undescribed(child, `${path}[]`),
        )),
  ];
}
