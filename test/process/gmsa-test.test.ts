/** `gmsa test` as users run it, from manifests alone. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

import { SHIPPED_EXCLUSIONS } from "../../cli/manifests/shipped";
import { creatableCases } from "../fixtures/admission-case";
import { clusterManifests } from "../fixtures/cluster-manifests";
import { folderOfEachTest } from "../support/folder-of-test";
import { gmsa } from "../support/gmsa-program";

const ROOT = join(__dirname, "../..");
const EXAMPLES = join(ROOT, "examples");
const folder = folderOfEachTest("gmsa-test-");

function pod(name: string, spec: string): string {
  return `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name} }\nspec:\n  containers: [{ name: c }]\n${spec}`;
}

describe("gmsa test -f", () => {
  test("lists every place of every Pod, with the full refusals and remedies", async () => {
    const { code, stdout, stderr } = await gmsa(["test", "-f", "examples", "-R"], { cwd: ROOT });
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(stdout).toMatch(/^NAMESPACE +WORKLOAD +PLACE +CREDSPEC +OUTCOME +REASON$/m);
    expect(stdout).toMatch(
      /^gmsa-demo +Deployment\/container-level +container "iis" +webapp1 +✔ admitted +filled in$/m,
    );
    expect(stdout).toMatch(
      /^gmsa-demo +Pod\/no-such-credspec +pod +no-such-credspec +✘ refused +no such credspec$/m,
    );
    expect(stdout).toContain(
      '✘ Pod/no-grant in gmsa-demo: service account "no-grant" is not authorized to `use` GMSA ' +
        'cred spec "webapp1" (gmsaCredentialSpecName of pod "no-grant").\n  Grant it with',
    );
    expect(stdout).toContain("\n2 admitted, 4 refused, 1 without GMSA\n");
    expect(stdout).not.toContain("\u001b");
  });

  test("exits with 0 if all are admitted, and reads kustomize's output from stdin", async () => {
    const names = ["credspec.yaml", "rbac.yaml", "deployment-pod-level.yaml"];
    const stdin = names.map(name => readFileSync(join(EXAMPLES, name), "utf8")).join("---\n");
    const result = await gmsa(["test", "-f", "-", "-o", "json"], { stdin });
    expect(result).toMatchObject({ code: 0, stderr: "" });
    const { results } = JSON.parse(result.stdout) as { results: { places: object[] }[] };
    expect(results).toMatchObject([
      {
        workload: "Deployment/pod-level",
        namespace: "gmsa-demo",
        serviceAccount: "webapp1",
        file: "stdin",
        outcome: "admitted",
        places: [{ place: "pod", credspec: "webapp1", result: "filled in" }],
      },
    ]);
    const yaml = await gmsa(["test", "-f", "-", "-o", "yaml"], { stdin });
    expect(parse(yaml.stdout)).toEqual(JSON.parse(result.stdout));
  });

  test("every case of the fixtures has the outcome that it has in a cluster", async () => {
    const cases = creatableCases("team-a");
    const manifests = folder.file(
      "cluster.json",
      JSON.stringify(listOf(clusterManifests("team-a"))),
    );
    const pods = cases.map(({ pod: { metadata, spec } }, index) => ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { ...metadata, name: `p${index}` },
      spec,
    }));
    const files = ["-f", manifests, "-f", folder.file("pods.json", JSON.stringify(listOf(pods)))];
    const { stdout } = await gmsa(["test", ...files, "-o", "json"]);
    const { results, withoutGmsa } = JSON.parse(stdout) as {
      results: { workload: string; refusals: { problem: string; remedy: string }[] }[];
      withoutGmsa: number;
    };
    expect(results.length + withoutGmsa).toBe(cases.length);
    const found = new Map(
      results.map(({ workload, refusals }) => [
        workload,
        refusals.map(({ problem, remedy }) => `${problem}. ${remedy}`),
      ]),
    );
    const expected = cases.map(({ denials }, index): [string, string[]] => [
      `Pod/p${index}`,
      denials.map(sentence => sentence.replace('pod "p"', `pod "p${index}"`)),
    ]);
    expect(expected.filter(([name]) => found.has(name))).toEqual([...found]);
    expect(
      expected.filter(([name, sentences]) => !found.has(name) && sentences.length > 0),
    ).toEqual([]);
  });

  test.each(SHIPPED_EXCLUSIONS)("in %s the policy refuses GMSA", async namespace => {
    const text = pod("p", "  securityContext: { windowsOptions: { gmsaCredentialSpecName: x } }\n");
    const result = await gmsa(["test", "-f", "-", "-n", namespace], { stdin: text });
    expect(result).toMatchObject({ code: 1 });
    expect(result.stdout).toContain(`GMSA cannot be used in namespace "${namespace}" (pod)`);
  });

  test("reports that a credential spec that an API server would refuse is left out", async () => {
    const credspec = readFileSync(join(EXAMPLES, "credspec.yaml"), "utf8");
    const path = folder.file("credspec.yaml", credspec.replace("- ActiveDirectory\n", "- 5\n"));
    const rest = ["rbac.yaml", "deployment-pod-level.yaml"].map(name => join(EXAMPLES, name));
    const result = await gmsa(["test", "-f", path, ...rest]);
    expect(result).toMatchObject({ code: 1 });
    expect(result.stdout).toContain("cred spec webapp1 does not exist");
    expect(result.stderr).toContain(
      "GMSACredentialSpec webapp1 is left out, because an API server would refuse it: " +
        "credspec.CmsPlugins[0] should be a text, but is a number (5)",
    );
  });

  test("reports that a credential spec that the webhook would refuse still counts", async () => {
    const credspec = readFileSync(join(EXAMPLES, "credspec.yaml"), "utf8");
    const path = folder.file("credspec.yaml", credspec.replace(/ +Sid: .*\n/, ""));
    const rest = ["rbac.yaml", "deployment-pod-level.yaml"].map(name => join(EXAMPLES, name));
    const result = await gmsa(["test", "-f", path, ...rest]);
    expect(result).toMatchObject({ code: 0 });
    expect(result.stderr).toContain(
      "warning: GMSACredentialSpec webapp1 counts here as if it existed, but the webhook would not let it be written: " +
        "credspec.DomainJoinConfig.Sid should be the SID of the domain",
    );
  });

  test("notes that only the files were considered where the cluster might differ", async () => {
    const result = await gmsa(["test", "-f", join(EXAMPLES, "deployment-pod-level.yaml")]);
    expect(result).toMatchObject({ code: 1 });
    expect(result.stdout).toContain(
      "Only these files count; add --cluster to check against a cluster.",
    );
  });

  test("an error in the files ends with 1, also where no Pod uses GMSA", async () => {
    const role = {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: { name: "use-webapp1" },
      rules: [{ apiGroups: ["windows.k8s.io"], resources: ["gmsacredentialspec"], verbs: ["use"] }],
    };
    const spec = { containers: [{ name: "web" }] };
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "plain" }, spec };
    const [wrong, right] = await Promise.all(
      [[role, pod], [pod]].map(items =>
        gmsa(["test", "-f", "-"], { stdin: JSON.stringify(listOf(items)) }),
      ),
    );
    expect(wrong?.stdout).toContain("(GMSA250)");
    expect([wrong?.code, right?.code]).toEqual([1, 0]);
  });

  test("wrong usage ends with 2, files without a Pod with 1", async () => {
    const [nothing, output, none] = await Promise.all([
      gmsa(["test"]),
      gmsa(["test", "-f", "-", "-o", "xml"]),
      gmsa(["test", "-f", join(EXAMPLES, "rbac.yaml")]),
    ]);
    expect(nothing).toEqual({
      code: 2,
      stdout: "",
      stderr: "error: missing manifests (-f) or suites (--suite)\nSee `gmsa test --help`.\n",
    });
    expect(output).toMatchObject({ code: 2 });
    expect(output.stderr).toMatch(/See `gmsa test --help`\.\n$/);
    expect(none).toEqual({
      code: 1,
      stdout: "",
      stderr: "error: these files contain neither Pods nor workloads\n",
    });
  });

  test("a usage error of any command points to its own help", async () => {
    const errors = await Promise.all(
      [["-x"], ["test", "-x"], ["certs", "-x"], ["certs", "use", "-x"]].map(args => gmsa(args)),
    );
    expect(errors.map(({ code, stderr }) => [code, stderr.split("\n").at(-2)])).toEqual([
      [2, "See `gmsa --help`."],
      [2, "See `gmsa test --help`."],
      [2, "See `gmsa certs --help`."],
      [2, "See `gmsa certs use --help`."],
    ]);
  });
});

function listOf(items: object[]): object {
  return { apiVersion: "v1", kind: "List", items };
}
