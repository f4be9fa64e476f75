/** Errors and warnings for writing a credential spec, as kubectl prints them. */
import { checkCredspec } from "../../rules/credspec/checks/check-credspec";
import { CREDSPEC_RESOURCE } from "../../rules/credspec/resource";
import { credspecSentence } from "../../rules/problem";
import { credspecObject } from "../../testbed/objects/credspec-object";
import { validCredspec } from "../../testbed/objects/valid-credspec";
import { credspecOf } from "../fixtures/credspec-case";
import { attachBed } from "../setup/attach-bed";
import { expectDocumented } from "./documented-message";
import { Objects } from "../../testbed/objects/cluster-objects";
import { storeUnchecked } from "../support/unchecked-credspecs";
import { linesOfCredspec, refusalOfCredspec } from "../support/worded";
import { webhookCalls } from "./webhook-calls";

const REFUSED = 'admission webhook "credspecs.pepr-gmsa.pepr.dev" denied the request: ';
/** Refused on creation; a warning on an update of an object that was so before. */
const WITHOUT_SID = `Warning: ${checkCredspec(credspecOf("sid-missing")).map(credspecSentence).join()}`;
const RESOURCE = "gmsacredentialspecs.windows.k8s.io";
const bed = attachBed();
const objects = new Objects(bed.kubeConfig);
const made = new Set<string>();

afterAll(async () => {
  await bed.kubectl(["delete", RESOURCE, "--ignore-not-found", ...made]);
});

interface Printed {
  code: number;
  stdout: string;
  stderr: string;
}

function apply(name: string, credspec: unknown, version = "v1"): Promise<Printed> {
  made.add(name);
  return bed.kubectl(["apply", "-f", "-"], {
    stdin: JSON.stringify(credspecObject(name, credspec, version)),
    allowFailure: true,
  });
}

/** kubectl's message, without the name of the resource and file before it. */
function errorIn({ stderr }: Printed): string {
  return stderr.slice(stderr.indexOf("admission webhook")).trimEnd();
}

/** Fails unless the docs contain the output, apart from the file name. */
function expectPrinted({ stderr }: Printed): void {
  const printed = stderr.trimEnd().replace('"STDIN"', '"credspec.yaml"');
  expectDocumented(printed, bed, "reference/early-warnings.md");
}

/** The warning for a deletion if the controller may not list the uses of the credential spec. */
function deletionWarning(name: string): string {
  return `Warning: Pods that name GMSA cred spec "${name}" are refused from now on, until it exists again; \`gmsa status -A\` lists their workloads.`;
}

/** Warnings in the output of a successful kubectl command. */
function warningsIn({ stderr }: Printed): string[] {
  return stderr
    .split("\n")
    .filter(line => line !== "" && !line.includes("last-applied-configuration"));
}

describe("a new credential spec", () => {
  test("that Windows can work with is created without a warning", async () => {
    const printed = await apply("write-good", validCredspec());
    expect(printed).toMatchObject({ code: 0, stderr: "" });
    expect(printed.stdout).toContain("created");
  });

  test.each(["v1", "v1alpha1"])(
    "in %s, with errors, is refused with every field",
    async version => {
      const broken = { CmsPlugins: ["ActiveDirectory"] };
      const printed = await apply("write-broken", broken, version);
      expect(printed.code).toBe(1);
      expect(errorIn(printed)).toBe(`${REFUSED}${refusalOfCredspec(broken)}`);
      expect(errorIn(printed).match(/^- credspec\.\S+/gm)).toEqual([
        "- credspec.ActiveDirectoryConfig.GroupManagedServiceAccounts",
        "- credspec.DomainJoinConfig",
      ]);
      if (version === "v1") expectPrinted(printed);
    },
  );

  test("without contents is refused", async () => {
    expect(errorIn(await apply("write-empty", undefined))).toBe(
      `${REFUSED}${refusalOfCredspec(undefined)}`,
    );
  });

  test("that looks wrong is created with a warning for each field", async () => {
    const printed = await apply("write-samples", credspecOf("samples"));
    expect(printed).toMatchObject({ code: 0 });
    expect(warningsIn(printed)).toEqual(linesOfCredspec(credspecOf("samples")));
    expect(warningsIn(printed)).toEqual([
      expect.stringMatching(/^Warning: credspec\.DomainJoinConfig\.Sid /),
      expect.stringMatching(/^Warning: credspec\.DomainJoinConfig\.Guid /),
    ]);
    expectPrinted(printed);
  });
});

describe("a credential spec that is there", () => {
  test("cannot be changed to an invalid one", async () => {
    const printed = await apply("write-good", credspecOf("sid-missing"));
    expect(errorIn(printed)).toBe(`${REFUSED}${refusalOfCredspec(credspecOf("sid-missing"))}`);
  });

  test("is not sent to the webhook for its labels, annotations and finalizers", async () => {
    const before = await webhookCalls(bed, "credspecs.pepr-gmsa.pepr.dev");
    const printed = await bed.kubectl(["label", RESOURCE, "write-good", "a=b"]);
    expect(printed.stderr).toBe("");
    const patch = '{"metadata":{"finalizers":["example.com/hold"],"annotations":{"a":"b"}}}';
    await bed.kubectl(["patch", RESOURCE, "write-good", "--type=merge", "-p", patch]);
    await bed.kubectl([
      ...["patch", RESOURCE, "write-good", "--type=merge"],
      ...["-p", '{"metadata":{"finalizers":null}}'],
    ]);
    expect(await webhookCalls(bed, "credspecs.pepr-gmsa.pepr.dev")).toBe(before);
  });

  test("the count above can change: a credential spec with other contents is shown", async () => {
    const before = await webhookCalls(bed, "credspecs.pepr-gmsa.pepr.dev");
    await apply("write-good", validCredspec("webapp2"));
    expect(await webhookCalls(bed, "credspecs.pepr-gmsa.pepr.dev")).toBe(before + 1);
  });
});

describe("a credential spec that was broken before it was checked", () => {
  beforeAll(async () => {
    made.add("write-old").add("write-keyless");
    await storeUnchecked(objects, {
      "write-old": credspecOf("sid-missing") as Record<string, unknown>,
      "write-keyless": undefined,
    });
  });

  test("can be changed in other respects, with warnings about its problems", async () => {
    const patch = '{"credspec":{"DomainJoinConfig":{"DnsTreeName":"corp.contoso.com"}}}';
    const printed = await bed.kubectl([
      ...["patch", RESOURCE, "write-old", "--type=merge", "-p", patch],
    ]);
    expect(printed.stdout).toContain("patched");
    expect(printed.stderr).toContain(`${WITHOUT_SID}\n`);
    expectDocumented(WITHOUT_SID, bed, "reference/early-warnings.md");
  });

  test("cannot get further errors", async () => {
    const { code, stderr } = await bed.kubectl(
      [
        ...["patch", RESOURCE, "write-old", "--type=merge"],
        ...["-p", '{"credspec":{"CmsPlugins":[]}}'],
      ],
      { allowFailure: true },
    );
    expect(code).toBe(1);
    expect(stderr).toContain("- credspec.CmsPlugins ");
    expect(stderr).not.toContain("- credspec.DomainJoinConfig.Sid");
  });

  test("can be corrected, without a warning", async () => {
    const printed = await apply("write-old", validCredspec());
    expect(printed.code).toBe(0);
    expect(warningsIn(printed)).toEqual([]);
  });

  test.each(["write-old", "write-keyless"])("can be labelled and deleted: %s", async name => {
    await bed.kubectl(["label", RESOURCE, name, "a=b"]);
    const { stdout, stderr } = await bed.kubectl(["delete", RESOURCE, name]);
    expect(stdout).toContain("deleted");
    expect(stderr).toBe(`${deletionWarning(name)}\n`);
  });
});

describe("a credential spec that is deleted", () => {
  test("is gone, with a warning about the consequence", async () => {
    await apply("write-gone", validCredspec());
    const { stdout, stderr } = await bed.kubectl(["delete", RESOURCE, "write-gone"]);
    expect(stdout).toContain("deleted");
    expect(stderr).toBe(`${deletionWarning("write-gone")}\n`);
    expectDocumented(deletionWarning("webapp1"), bed, "reference/early-warnings.md");
  });

  test("with others of its label causes one warning each", async () => {
    for (const name of ["write-one", "write-two"]) {
      await apply(name, validCredspec());
      await bed.kubectl(["label", RESOURCE, name, "write=many"]);
    }
    const { stderr } = await bed.kubectl(["delete", RESOURCE, "-l", "write=many"]);
    expect(stderr.trimEnd().split("\n").sort()).toEqual(
      ["write-one", "write-two"].map(deletionWarning),
    );
  });

  test("as a collection, by one request, passes", async () => {
    await apply("write-collection", validCredspec());
    await bed.kubectl(["label", RESOURCE, "write-collection", "write=collection"]);
    await objects.custom.deleteCollectionClusterCustomObject({
      ...CREDSPEC_RESOURCE,
      labelSelector: "write=collection",
    });
    const { stdout } = await bed.kubectl(["get", RESOURCE, "-l", "write=collection", "-o", "name"]);
    expect(stdout).toBe("");
  });
});
