/** An installation that kustomize has renamed: its rendering, and how each program behaves in it. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { stringify } from "yaml";

import { kustomize, Rendering } from "../../testbed/manifests/rendering";

const ROOT = resolve(__dirname, "../..");
const PROGRAM = join(ROOT, "dist/pepr-gmsa.js");

/** The downward API fields of each Deployment of a rendering, as the kubelet fills them in. */
async function fieldsWith(
  change: object,
  components: readonly string[],
): Promise<Record<string, NodeJS.ProcessEnv>> {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), "gmsa-renamed-")));
  try {
    const kustomization = {
      resources: [relative(dir, ROOT)],
      components: components.map(name => relative(dir, join(ROOT, "deploy/components", name))),
      ...change,
    };
    writeFileSync(join(dir, "kustomization.yaml"), stringify(kustomization));
    const rendering = new Rendering(await kustomize(dir));
    return rendering.ofDeployments(({ metadata, spec }) => ({
      POD_NAMESPACE: metadata?.namespace,
      POD_SERVICE_ACCOUNT: spec?.template.spec?.serviceAccountName,
    }));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

describe.each([
  ["namespace", { namespace: "gmsa" }, "", "runs in namespace gmsa, but works only in pepr-system"],
  ["namePrefix", { namePrefix: "team-" }, "team-", "runs as service account team-pepr-gmsa"],
  ["nameSuffix", { nameSuffix: "-b" }, "", "runs as service account pepr-gmsa"],
])("with %s in a kustomization", (field, change, prefix, why) => {
  /** Both of its namespaces would get the same name, which kustomize rejects. */
  const hasCanary = field !== "namespace";
  let fields: Record<string, NodeJS.ProcessEnv>;

  beforeAll(async () => {
    fields = await fieldsWith(change, hasCanary ? ["canary"] : []);
  });

  const programs: [string, string][] = [
    ["pepr-gmsa", ""],
    ["pepr-gmsa-certificates", "certificates"],
  ];
  if (hasCanary) programs.push(["pepr-gmsa-canary", "canary"]);

  test.each(programs)("%s ends at its start and names the variable to remove", (name, role) => {
    const suffix = field === "nameSuffix" ? "-b" : "";
    const found = fields[`${prefix}${name}${suffix}`];
    expect(found).toBeDefined();
    const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM], {
      env: { PATH: process.env.PATH, GMSA_ROLE: role, ...found },
      encoding: "utf8",
      timeout: 60_000,
    });
    expect({ status, said: `${stdout}${stderr}` }).toEqual({
      status: 1,
      said: expect.stringContaining(why) as string,
    });
    expect(`${stdout}${stderr}`).toContain(`\`${field}:\``);
  });
});
