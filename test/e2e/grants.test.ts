/**
 * `gmsa grant`, `revoke` and `who-can` as users run them, compared with the RBAC of a real API
 * server.
 */
import { AuthorizationV1Api } from "@kubernetes/client-node";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

import type { Bed } from "../../testbed/bed/bed";
import { validCredspec } from "../../testbed/objects/valid-credspec";
import { describeOnOwnBed } from "../setup/own-bed";
import { findingsOf, hasFinding } from "../support/doctor-findings";
import { GrantsBed, NAMESPACE } from "./grants-bed";
import { eventually } from "../../testbed/objects/eventually";
import { Objects } from "../../testbed/objects/cluster-objects";

const FIXTURES = join(__dirname, "../fixtures/rbac");

interface RbacFixture {
  description: string;
  objects: object[];
  accounts: Record<string, boolean>;
}

describeOnOwnBed("grants", () => {
  let grants: GrantsBed;
  let bed: Bed;
  let objects: Objects;

  beforeAll(async () => {
    grants = await GrantsBed.start(["shop", "other", "third"]);
    ({ bed, objects } = grants);
  }, 300_000);

  afterAll(async () => {
    await bed.stop();
  });

  async function resources(kinds: string): Promise<string> {
    return (await bed.kubectl(["get", kinds, "-A", "-o", "name"])).stdout;
  }

  test("Pods are admitted after gmsa grant and refused after gmsa revoke; running ones are kept", async () => {
    expect(await grants.create("before")).toMatchObject({ admitted: false });
    const granted = await grants.run("grant", "webapp1", "--service-account", `${NAMESPACE}/web`);
    expect(granted).toEqual({
      code: 0,
      stdout:
        "clusterrole.rbac.authorization.k8s.io/use-gmsa-webapp1 created\n" +
        "rolebinding.rbac.authorization.k8s.io/use-gmsa-webapp1:web created\n",
      stderr: "",
    });
    await eventually(
      () => grants.create("granted", false),
      ({ admitted }) => admitted,
    );

    const again = await grants.run("grant", "webapp1", "--service-account", `${NAMESPACE}/web`);
    expect(again.stdout.match(/ unchanged$/gm)).toHaveLength(2);

    const whoCan = await grants.run("who-can", "webapp1", "-n", NAMESPACE);
    expect(whoCan.stdout).toMatch(
      /ServiceAccount +gmsa-grants\/web +gmsa-grants +this one +RoleBinding use-gmsa-webapp1:web in namespace gmsa-grants to ClusterRole use-gmsa-webapp1/,
    );

    const tried = await grants.run(
      ...["revoke", "webapp1", "--service-account", `${NAMESPACE}/web`, "--dry-run", "server"],
    );
    expect(tried.stdout.match(/ deleted \(server dry run\)$/gm)).toHaveLength(2);
    expect(await resources("clusterroles")).toContain("use-gmsa-webapp1");

    const revoked = await grants.run("revoke", "webapp1", "--service-account", `${NAMESPACE}/web`);
    expect(revoked).toEqual({
      code: 0,
      stdout:
        "rolebinding.rbac.authorization.k8s.io/use-gmsa-webapp1:web deleted\n" +
        "clusterrole.rbac.authorization.k8s.io/use-gmsa-webapp1 deleted\n",
      stderr: "",
    });
    await eventually(
      () => grants.create("revoked"),
      ({ admitted }) => !admitted,
    );
    const running = await objects.updatePod({ namespace: NAMESPACE, name: "granted" }, pod => {
      if (pod.metadata !== undefined) pod.metadata.labels = { still: "here" };
    });
    expect(running).toMatchObject({ admitted: true });
  });

  test("gmsa revoke lists the other grants of the account, and keeps them", async () => {
    await objects.createUseRole("somebody-elses");
    await objects.bindInCluster("somebody-elses", {
      apiGroup: "rbac.authorization.k8s.io",
      kind: "Group",
      name: `system:serviceaccounts:${NAMESPACE}`,
    });
    const { code, stdout, stderr } = await grants.run(
      ...["revoke", "webapp1", "--service-account", `${NAMESPACE}/web`],
    );
    expect(code).toBe(1);
    expect(stdout).toContain("use-gmsa-webapp1:web not found");
    expect(stderr).toContain(
      `service account ${NAMESPACE}/web may still use webapp1: ` +
        "ClusterRoleBinding somebody-elses gives it ClusterRole somebody-elses",
    );
    await bed.kubectl(["delete", "clusterrolebinding", "somebody-elses"]);
  });

  test("gmsa revoke keeps a role that others are bound to, or that gmsa did not create", async () => {
    await objects.createCredspec("shared", validCredspec());
    await objects.createServiceAccount(NAMESPACE, "second");
    await grants.run(
      ...["grant", "--service-account", `${NAMESPACE}/web`],
      ...["--service-account", "second", "-n", NAMESPACE, "shared"],
    );
    const first = await grants.run("revoke", "shared", "--service-account", `${NAMESPACE}/web`);
    expect(first.stdout).toBe(
      "rolebinding.rbac.authorization.k8s.io/use-gmsa-shared:web deleted\n",
    );
    expect(await resources("clusterroles")).toContain("use-gmsa-shared");

    await objects.createUseRole("use-gmsa-by-hand", ["by-hand"]);
    await grants.run("revoke", "by-hand", "--service-account", `${NAMESPACE}/web`);
    expect(await resources("clusterroles")).toContain("use-gmsa-by-hand");
  });

  test("gmsa grant refuses a missing credential spec, and warns about a missing account", async () => {
    const refused = await grants.run("grant", "nowhere", "--service-account", `${NAMESPACE}/web`);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("there is no GMSACredentialSpec nowhere; nothing was granted");
    const early = await grants.run("grant", "webapp1", "--service-account", "shop/later");
    expect(early).toMatchObject({
      code: 0,
      stderr: "warning: there is no service account shop/later yet\n",
    });
    await grants.run("revoke", "webapp1", "--service-account", "shop/later");
  });

  test("--dry-run client prints the objects that gmsa grant creates", async () => {
    const { stdout } = await grants.run(
      ...["grant", "webapp1", "--service-account", `${NAMESPACE}/web`, "--dry-run", "client"],
    );
    await grants.run("grant", "webapp1", "--service-account", `${NAMESPACE}/web`);
    const difference = await bed.kubectl(["diff", "--server-side", "-f", "-"], { stdin: stdout });
    expect(difference.stdout).toBe("");
    await grants.run("revoke", "webapp1", "--service-account", `${NAMESPACE}/web`);
  });

  test("gmsa grant -o prints the created objects, as kubectl shows them", async () => {
    const words = ["grant", "webapp1", "--service-account", `${NAMESPACE}/web`, "-o", "json"];
    const tried = await grants.run(...words, "--dry-run", "server");
    expect(tried).toMatchObject({ code: 0, stderr: "" });
    expect(await resources("clusterroles")).not.toContain("use-gmsa-webapp1");

    const { stdout } = await grants.run(...words);
    const { items } = JSON.parse(stdout) as { items: { metadata: object }[] };
    const shown = await bed.kubectl([
      ...["get", "-o", "json", "-n", NAMESPACE],
      ...["clusterrole/use-gmsa-webapp1", "rolebinding/use-gmsa-webapp1:web"],
    ]);
    expect(items).toEqual((JSON.parse(shown.stdout) as { items: object[] }).items);
  });

  test("gmsa revoke --dry-run client prints the objects that it deletes first", async () => {
    const words = ["revoke", "webapp1", "--service-account", `${NAMESPACE}/web`];
    await grants.run("grant", ...words.slice(1));
    const { stdout } = await grants.run(...words, "--dry-run", "client");
    const deleted = await bed.kubectl(["delete", "-f", "-"], { stdin: stdout });
    expect(deleted.stdout).toMatch(/^rolebinding\S* "use-gmsa-webapp1:web" deleted/);
    expect((await grants.run(...words)).stdout).toBe(
      "rolebinding.rbac.authorization.k8s.io/use-gmsa-webapp1:web not found\n" +
        "clusterrole.rbac.authorization.k8s.io/use-gmsa-webapp1 deleted\n",
    );
  });

  test("gmsa grant reports a namespace that does not exist", async () => {
    const { code, stderr } = await grants.run(
      "grant",
      "webapp1",
      "--service-account",
      "nowhere/web",
    );
    expect(code).toBe(1);
    expect(stderr).toContain(
      'namespaces "nowhere" not found\nRun `kubectl create namespace nowhere`',
    );
    await grants.run("revoke", "webapp1", "--service-account", "nowhere/web");
  });

  test("gmsa who-can reports a credential spec that does not exist", async () => {
    expect(await grants.run("who-can", "webapp")).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^KIND /) as string,
      stderr:
        "warning: there is no GMSACredentialSpec webapp; run `kubectl get gmsa` to list the existing ones\n",
    });
    expect(await grants.run("who-can", "webapp1")).toMatchObject({ code: 0, stderr: "" });
  });

  describe("the right to use a credential spec, derived from RBAC objects, agrees with the authorizer", () => {
    test.each(readdirSync(FIXTURES))("%s", async file => {
      const fixture = parse(readFileSync(join(FIXTURES, file), "utf8"), {
        merge: true,
      }) as RbacFixture;
      // The authorizer defaults the namespace of a subject, but the API requires it.
      const list = { apiVersion: "v1", kind: "List", items: fixture.objects.map(complete) };
      const stdin = JSON.stringify(list);
      await bed.kubectl(["apply", "-f", "-"], { stdin });
      try {
        const answers = await eventually(
          () => reviewAll(Object.keys(fixture.accounts)),
          found => JSON.stringify(found) === JSON.stringify(fixture.accounts),
          15_000,
        );
        expect(answers).toEqual(fixture.accounts);
      } finally {
        await bed.kubectl(["delete", "-f", "-"], { stdin });
      }
    });
  });

  describe("gmsa doctor warns about a grant to everybody where the authorizer allows it", () => {
    const shop = ["rolebinding", "wide", "-n", "shop"];
    const everywhere = ["clusterrolebinding", "wide"];

    test.each<[string[], string, string[], string | undefined]>([
      [everywhere, "system:authenticated", ["shop/any", "other/any"], "every service account"],
      [everywhere, "system:serviceaccounts", ["shop/any", "other/any"], "every service account"],
      [everywhere, "system:serviceaccounts:shop", ["shop/any"], "namespace shop"],
      [shop, "system:authenticated", ["shop/any"], "namespace shop"],
      [shop, "system:serviceaccounts:shop", ["shop/any"], "namespace shop"],
      // No Pod of shop runs as an account of another namespace.
      [shop, "system:serviceaccounts:other", [], undefined],
      [everywhere, "system:masters", [], undefined],
    ])("%j to %s", async ([kind = "", ...name], group, allowed, warning) => {
      const accounts = ["shop/any", "other/any"];
      const expected = Object.fromEntries(accounts.map(one => [one, allowed.includes(one)]));
      const created = ["--clusterrole=cluster-admin", `--group=${group}`];
      await bed.kubectl(["create", kind, ...name, ...created]);
      try {
        const answers = await eventually(
          () => reviewAll(accounts),
          found => JSON.stringify(found) === JSON.stringify(expected),
          15_000,
        );
        expect(answers).toEqual(expected);
        const doctor = await grants.run("doctor", "--check", "wide-grants", "-o", "json");
        const due = { check: "wide-grants", level: "warn", names: [group, warning ?? ""] } as const;
        expect(hasFinding(doctor.stdout, due)).toBe(warning !== undefined);
        expect(findingsOf(doctor.stdout, "wide-grants")).toHaveLength(1);
        expect(doctor.code).toBe(0);
      } finally {
        await bed.kubectl(["delete", kind, ...name]);
      }
    });
  });

  async function reviewAll(accounts: string[]): Promise<Record<string, boolean>> {
    const api = bed.kubeConfig.makeApiClient(AuthorizationV1Api);
    const answers = await Promise.all(
      accounts.map(async account => {
        const [namespace = "", name = ""] = account.split("/");
        const { status } = await api.createSubjectAccessReview({
          body: {
            spec: {
              user: `system:serviceaccount:${namespace}:${name}`,
              groups: [
                "system:serviceaccounts",
                `system:serviceaccounts:${namespace}`,
                "system:authenticated",
              ],
              resourceAttributes: {
                namespace,
                verb: "use",
                group: "windows.k8s.io",
                resource: "gmsacredentialspecs",
                name: "webapp1",
              },
            },
          },
        });
        return [account, status?.allowed === true] as const;
      }),
    );
    return Object.fromEntries(answers);
  }
});

function complete(object: object): object {
  const { metadata, subjects } = object as {
    metadata?: { namespace?: string };
    subjects?: { kind: string; namespace?: string }[];
  };
  return subjects === undefined
    ? object
    : {
        ...object,
        subjects: subjects.map(subject =>
          subject.kind === "ServiceAccount"
            ? { namespace: metadata?.namespace, ...subject }
            : subject,
        ),
      };
}
