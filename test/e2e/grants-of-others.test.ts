/** `gmsa grant` and `revoke` next to roles and bindings that other tools have created or changed. */
import type { Bed } from "../../testbed/bed/bed";
import { describeOnOwnBed } from "../setup/own-bed";
import { GrantsBed, NAMESPACE } from "./grants-bed";
import { eventually } from "../../testbed/objects/eventually";

const USE = {
  apiGroups: ["windows.k8s.io"],
  resources: ["gmsacredentialspecs"],
  resourceNames: ["webapp1"],
  verbs: ["use"],
};
const SECRETS = { apiGroups: [""], resources: ["secrets"], verbs: ["get"] };

type Maker = (bed: Bed, rules: object[], metadata?: object) => Promise<unknown>;

function madeBy(...words: string[]): Maker {
  return (bed, rules, metadata = {}) => {
    const role = {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: { name: "use-gmsa-webapp1", ...metadata },
      rules,
    };
    return bed.kubectl([...words, "-f", "-"], { stdin: JSON.stringify(role) });
  };
}

const HELM = {
  labels: { "app.kubernetes.io/managed-by": "Helm" },
  annotations: { "meta.helm.sh/release-name": "shop", "meta.helm.sh/release-namespace": "shop" },
};

/** The same objects, with the metadata that each tool adds, and why gmsa revoke keeps them. */
const MAKERS: Readonly<Record<string, readonly [make: Maker, kept: string]>> = {
  "kubectl apply": [
    madeBy("apply"),
    "it is applied with kubectl apply. Remove it from its manifest.",
  ],
  "kubectl apply --server-side": [
    madeBy("apply", "--server-side"),
    "it is applied with server-side apply. Remove it from its manifest.",
  ],
  Helm: [
    (bed, rules) => madeBy("create", "--field-manager=helm")(bed, rules, HELM),
    "it is applied with Helm. Remove it from its chart.",
  ],
  "kubectl create": [madeBy("create"), "gmsa did not create it"],
  "gmsa of an earlier version": [
    madeBy("apply", "--server-side", "--field-manager=gmsa"),
    "gmsa did not create it",
  ],
};

describeOnOwnBed("grants beside objects of others", () => {
  let grants: GrantsBed;
  let bed: Bed;

  beforeAll(async () => {
    grants = await GrantsBed.start();
    ({ bed } = grants);
  }, 300_000);

  afterAll(async () => {
    await bed.stop();
  });

  describe.each(Object.entries(MAKERS))(
    "where %s has made a role of this name",
    (_, [make, kept]) => {
      const words = ["webapp1", "--service-account", `${NAMESPACE}/web`];
      const role = "clusterrole/use-gmsa-webapp1";

      async function roleNow(): Promise<unknown> {
        const { stdout } = await bed.kubectl(["get", role, "-o", "json", "--show-managed-fields"]);
        return JSON.parse(stdout);
      }

      afterEach(async () => {
        await bed.kubectl(["delete", role, "--ignore-not-found"]);
      });

      test.each([
        ["the same rule", [USE], ""],
        ["more rules", [USE, SECRETS], "is used unchanged, although it allows more than this"],
      ])("with %s: it is used, and neither changed nor deleted", async (_, rules, warning) => {
        await make(bed, rules);
        const before = await roleNow();
        for (const dryRun of ["server", "none"]) {
          const granted = await grants.run("grant", ...words, "--dry-run", dryRun);
          expect(granted.code).toBe(0);
          expect(granted.stdout).toMatch(
            /^clusterrole\S+ unchanged.*\nrolebinding\S+:web created( \(server dry run\))?\n$/,
          );
          expect(granted.stderr).toContain(warning);
        }
        await eventually(
          () => grants.create("by-role-of-others"),
          ({ admitted }) => admitted,
        );

        expect(await grants.run("revoke", ...words)).toMatchObject({
          code: 0,
          stdout:
            "rolebinding.rbac.authorization.k8s.io/use-gmsa-webapp1:web deleted\n" +
            `clusterrole.rbac.authorization.k8s.io/use-gmsa-webapp1 kept: ${kept}\n`,
        });
        expect(await roleNow()).toEqual(before);
      });

      test("with other rules: nothing is granted, and --role-name creates another role", async () => {
        await make(bed, [SECRETS]);
        const before = await roleNow();
        const refused = await grants.run("grant", ...words);
        expect(refused).toEqual({
          code: 1,
          stdout: "",
          stderr:
            "error: ClusterRole use-gmsa-webapp1 exists, but does not grant this; nothing was granted\n" +
            "gmsa did not create it, so gmsa does not change it. Change it at its source, or choose another --role-name.\n",
        });
        const { stdout } = await bed.kubectl(["get", "rolebindings", "-A", "-o", "name"]);
        expect(stdout).not.toContain("use-gmsa-webapp1");

        const other = ["--role-name", "webapp1-for-shop"];
        expect(await grants.run("grant", ...words, ...other)).toMatchObject({
          code: 0,
          stderr: "",
        });
        await eventually(
          () => grants.create("by-other-name"),
          ({ admitted }) => admitted,
        );
        expect((await grants.run("revoke", ...words, ...other)).stdout).toBe(
          "rolebinding.rbac.authorization.k8s.io/webapp1-for-shop:web deleted\n" +
            "clusterrole.rbac.authorization.k8s.io/webapp1-for-shop deleted\n",
        );
        expect(await roleNow()).toEqual(before);
      });
    },
  );

  describe("the manifests that gmsa grant prints for Git", () => {
    const words = ["webapp1", "--service-account", `${NAMESPACE}/web`];
    const objects = ["clusterrole/use-gmsa-webapp1", "rolebinding/use-gmsa-webapp1:web"];

    afterEach(async () => {
      await bed.kubectl(["delete", "-n", NAMESPACE, ...objects, "--ignore-not-found"]);
    });

    async function applyPrinted(...options: string[]): Promise<void> {
      const printed = await grants.run("grant", ...words, "--dry-run", "client", "-o", "yaml");
      await bed.kubectl(["apply", ...options, "-f", "-"], { stdin: printed.stdout });
    }

    function kept(tool: string): object {
      const name = "use-gmsa-webapp1";
      return {
        code: 1,
        stdout: `rolebinding.rbac.authorization.k8s.io/${name}:web kept: it is applied with ${tool}. Remove it from its manifest.\n`,
        stderr: `service account ${NAMESPACE}/web may still use webapp1: RoleBinding ${name}:web in namespace ${NAMESPACE} gives it ClusterRole ${name}\n`,
      };
    }

    test.each([
      ["kubectl apply", []],
      ["server-side apply", ["--server-side"]],
    ])("with %s: gmsa grant uses it, and gmsa revoke keeps it", async (tool, options) => {
      await applyPrinted(...options);
      const granted = await grants.run("grant", ...words);
      expect(granted.stdout.match(/ unchanged$/gm)).toHaveLength(2);
      await eventually(
        () => grants.create("by-git"),
        ({ admitted }) => admitted,
      );
      expect(await grants.run("revoke", ...words)).toEqual(kept(tool));
    });

    test("applied over objects that gmsa grant created: Git owns them from then on", async () => {
      await grants.run("grant", ...words);
      await applyPrinted("--server-side", "--force-conflicts");
      expect(await grants.run("revoke", ...words)).toEqual(kept("server-side apply"));
    });
  });

  test("rules and accounts that people add to objects of gmsa are kept", async () => {
    const words = ["webapp1", "--service-account", `${NAMESPACE}/web`];
    await grants.run("grant", ...words);
    const add = (object: string[], value: object, path: string): Promise<unknown> => {
      const patch = JSON.stringify([{ op: "add", path, value }]);
      return bed.kubectl(["patch", ...object, "--type=json", "-p", patch]);
    };
    await add(["clusterrole/use-gmsa-webapp1"], SECRETS, "/rules/-");
    const batch = { kind: "ServiceAccount", name: "batch", namespace: NAMESPACE };
    await add(["-n", NAMESPACE, "rolebinding/use-gmsa-webapp1:web"], batch, "/subjects/-");

    expect((await grants.run("grant", ...words)).stdout.match(/ unchanged$/gm)).toHaveLength(2);
    expect((await grants.run("revoke", ...words)).stdout).toBe(
      "rolebinding.rbac.authorization.k8s.io/use-gmsa-webapp1:web configured\n",
    );
    expect((await grants.run("grant", ...words)).stdout).toMatch(
      /use-gmsa-webapp1:web configured\n$/,
    );

    await bed.kubectl(["delete", "-n", NAMESPACE, "rolebinding/use-gmsa-webapp1:web"]);
    expect((await grants.run("revoke", ...words)).stdout).toBe(
      "rolebinding.rbac.authorization.k8s.io/use-gmsa-webapp1:web not found\n" +
        "clusterrole.rbac.authorization.k8s.io/use-gmsa-webapp1 kept: it has rules that gmsa did not write\n",
    );
    await bed.kubectl(["delete", "clusterrole/use-gmsa-webapp1"]);
  });
});
