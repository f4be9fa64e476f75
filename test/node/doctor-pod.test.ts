/** `gmsa doctor pod` through a real kubelet: the containers' nltest prints recorded answers. */
import { CoreV1Api } from "@kubernetes/client-node";
import type { V1Container, V1PolicyRule } from "@kubernetes/client-node";

import type { ContainerReport, PodReport } from "../../cli/commands/doctor/pod/examine-pod";
import { validCredspec } from "../../testbed/objects/valid-credspec";
import { recordedKlist } from "../fixtures/klist-case";
import { networkAnswer } from "../fixtures/network-answer";
import { recorded } from "../fixtures/nltest-case";
import { eventually } from "../../testbed/objects/eventually";
import { Objects } from "../../testbed/objects/cluster-objects";
import { kubeconfigOfAccount } from "../support/user-of";
import { BUSYBOX_IMAGE } from "../../testbed/node/images";
import type { NodeBed } from "../../testbed/node/node-bed";
import { gmsa } from "../support/gmsa-program";
import type { GmsaResult } from "../support/gmsa-program";
import { attachNode } from "../setup/attach-node";
import { describeOnNode } from "../setup/node-stage";

const NAMESPACE = "gmsa-doctor-pod";
const CREDSPEC = "doctor-pod";
const POD = "web";

/** Expects a single argument, which selects the file with the answer; $BROKEN applies until a reset. */
const NLTEST = `#!/bin/sh
state=success
if [ -n "$BROKEN" ] && [ ! -e /tmp/reset ]; then state=no-logon-servers; fi
reset=success
if [ "$BROKEN" = "for good" ]; then reset=no-logon-servers; fi
case "$#$1" in
  1/parentdomain) if [ -n "$NO_CREDSPEC" ]; then state=no-credspec; else state=success; fi
    cat /recorded/parentdomain-$state; [ $state = success ] ;;
  1/dsgetdc:contoso.com) cat /recorded/dsgetdc-success ;;
  1/query) [ -z "$SLOW" ] || sleep 60; cat /recorded/query-$state ;;
  1/sc_verify:contoso.com) cat /recorded/verify-$state ;;
  1/sc_reset:contoso.com) [ $reset != success ] || touch /tmp/reset; cat /recorded/reset-$reset ;;
  *) echo "unexpected: $*" >&2; exit 87 ;;
esac
`;
/** Kerberos works if Netlogon does, or on its own. */
const KLIST = `#!/bin/sh
if [ -n "$KERBEROS" ] || [ -z "$BROKEN$NO_CREDSPEC" ] || [ -e /tmp/reset ]; then cat /recorded/klist-success
else cat /recorded/klist-failure; exit 1; fi
`;
/** Takes the whole script as one argument, as Windows PowerShell does. */
const POWERSHELL = `#!/bin/sh
[ "$#$3" = 4-EncodedCommand ] && [ -n "$4" ] || exit 87
if [ "$BROKEN$KERBEROS" = "for good" ]; then cat /recorded/network-failure; else cat /recorded/network-success; fi
`;
const ANSWERS = [
  ...["parentdomain-success", "parentdomain-no-credspec", "dsgetdc-success", "query-success"],
  ...["query-no-logon-servers", "verify-success", "verify-no-logon-servers", "reset-success"],
  "reset-no-logon-servers",
];

function container(name: string, env: Record<string, string>): V1Container {
  return {
    name,
    image: BUSYBOX_IMAGE,
    command: ["sleep", "3600"],
    env: Object.entries(env).map(([key, value]) => ({ name: key, value })),
    volumeMounts: [{ name: "recorded", mountPath: "/recorded" }],
  };
}

/** Path of nltest, like C:\\Windows\\System32 on Windows. */
const WITH_NLTEST = { PATH: "/recorded:/bin" };

describeOnNode("gmsa doctor pod on a real node", () => {
  const node = attachNode();
  let bed: NodeBed;
  let core: CoreV1Api;
  let objects: Objects;

  beforeAll(async () => {
    bed = node();
    core = bed.kubeConfig.makeApiClient(CoreV1Api);
    objects = new Objects(bed.kubeConfig);
    await bed.createNamespace(NAMESPACE);
    await objects.createCredspec(CREDSPEC, validCredspec());
    await objects.createGrantedAccount(NAMESPACE, "web", {
      role: NAMESPACE,
      credspecs: [CREDSPEC],
    });
    const data = {
      ...Object.fromEntries(ANSWERS.map(name => [name, recorded(name)])),
      "klist-success": recordedKlist("success"),
      "klist-failure": recordedKlist("no-logon-servers"),
      "network-success": networkAnswer(),
      "network-failure": networkAnswer({ ports: ["dc01.contoso.com/88/TimedOut"], skew: [] }),
      ...{ nltest: NLTEST, klist: KLIST, powershell: POWERSHELL },
    };
    await core.createNamespacedConfigMap({
      namespace: NAMESPACE,
      body: { metadata: { name: "recorded" }, data },
    });
    const body = {
      metadata: { name: POD, namespace: NAMESPACE },
      spec: {
        serviceAccountName: "web",
        terminationGracePeriodSeconds: 1,
        securityContext: { windowsOptions: { gmsaCredentialSpecName: CREDSPEC } },
        volumes: [{ name: "recorded", configMap: { name: "recorded", defaultMode: 0o755 } }],
        containers: [
          container("healthy", WITH_NLTEST),
          container("broken", { ...WITH_NLTEST, BROKEN: "yes" }),
          container("beyond-repair", { ...WITH_NLTEST, BROKEN: "for good" }),
          container("kerberos-alone", { ...WITH_NLTEST, BROKEN: "for good", KERBEROS: "yes" }),
          container("no-credspec", { ...WITH_NLTEST, NO_CREDSPEC: "yes" }),
          container("slow", { ...WITH_NLTEST, SLOW: "yes" }),
          container("nanoserver", { PATH: "/bin" }),
        ],
      },
    };
    // The replicas may not have the account's grant yet.
    await eventually(
      () =>
        core.createNamespacedPod({ namespace: NAMESPACE, body }).then(
          () => "created",
          (error: unknown) => String(error),
        ),
      outcome => outcome === "created",
    );
    await eventually(
      () => core.readNamespacedPod({ namespace: NAMESPACE, name: POD }),
      ({ status }) => (status?.containerStatuses ?? []).filter(({ ready }) => ready).length === 7,
      60_000,
    );
  }, 120_000);

  afterAll(async () => {
    await objects.deleteCredspec(CREDSPEC);
    await objects.rbac.deleteClusterRole({ name: NAMESPACE });
    await core.deleteNamespace({ name: NAMESPACE });
  });

  function doctorPod(args: string[], kubeconfig = bed.kubeconfigPath): Promise<GmsaResult> {
    return gmsa(["doctor", "pod", POD, "-n", NAMESPACE, ...args], {
      env: { KUBECONFIG: kubeconfig },
    });
  }

  async function report(
    args: string[],
    kubeconfig?: string,
  ): Promise<{ code: number; container: ContainerReport; levels: Record<string, string> }> {
    const { code, stdout, stderr } = await doctorPod(["-o", "json", ...args], kubeconfig);
    const [first] = (JSON.parse(stdout || stderr) as PodReport).containers;
    if (first === undefined) throw new Error(stdout);
    const levels = Object.fromEntries(first.checks.map(({ name, level }) => [name, level]));
    return { code, container: first, levels };
  }

  function messageOf({ checks }: ContainerReport, name: string): string {
    const [observed] = checks.find(each => each.name === name)?.observed ?? [];
    return observed?.message ?? "";
  }

  /** Applies to every container here: it runs on Linux, which is a warning. */
  const BEFORE = { reference: "pass", credspec: "pass", node: "warn", container: "pass" };
  const UP = {
    ...{ arrived: "pass", domain: "pass", logon: "pass", "secure-channel": "pass" },
    ...{ kerberos: "pass", network: "pass" },
  };
  const DOWN = {
    ...UP,
    ...{ logon: "fail", "secure-channel": "fail", kerberos: "fail" },
    "account-principals": "unknown",
  };
  const SKIPPED = { domain: "skip", logon: "skip", "secure-channel": "skip", kerberos: "skip" };

  test("a container that is logged on", async () => {
    const { code, levels, container: healthy } = await report(["-c", "healthy"]);
    expect(levels).toEqual({ ...BEFORE, ...UP });
    expect(messageOf(healthy, "secure-channel")).toBe(
      "the secure channel to dc01.contoso.com is verified",
    );
    expect(healthy).toMatchObject({ credspec: CREDSPEC, domain: "contoso.com" });
    expect(code).toBe(0);

    const { stdout } = await doctorPod(["-c", "healthy"]);
    expect(stdout).toContain(
      `Pod ${NAMESPACE}/${POD}, container healthy: credential spec ${CREDSPEC} of contoso.com\n`,
    );
    expect(stdout).toMatch(
      /✔ +secure-channel +the secure channel to dc01.contoso.com is verified/,
    );
  });

  test("a container that cannot log on is repaired when asked, and not before", async () => {
    const broken = await report(["-c", "broken"]);
    expect(broken.levels).toEqual({ ...BEFORE, ...DOWN });
    expect(messageOf(broken.container, "secure-channel")).toContain(
      "/sc_verify:contoso.com answers 1311 ERROR_NO_LOGON_SERVERS",
    );
    expect(broken.code).toBe(1);

    const unasked = await doctorPod(["-c", "broken", "--repair"]);
    expect(unasked.code).toBe(2);
    expect(unasked.stderr).toContain("Add --yes");
    expect((await report(["-c", "broken"])).levels).toEqual({ ...BEFORE, ...DOWN });

    const repaired = await report(["-c", "broken", "--repair", "--yes"]);
    expect(repaired.levels).toEqual({ ...BEFORE, ...UP, repair: "pass" });
    expect(repaired.code).toBe(0);
    expect((await report(["-c", "broken", "--repair", "--yes"])).levels).toEqual({
      ...BEFORE,
      ...UP,
    });
  }, 120_000);

  test("where Kerberos works, Netlogon's connection is a warning", async () => {
    const { code, levels, container: alone } = await report(["-c", "kerberos-alone"]);
    expect(levels).toEqual({ ...BEFORE, ...UP, logon: "warn", "secure-channel": "warn" });
    expect(messageOf(alone, "kerberos")).toBe("there is a ticket of CONTOSO.COM");
    expect(messageOf(alone, "secure-channel")).toContain("answers 1311 ERROR_NO_LOGON_SERVERS");
    expect(code).toBe(0);
  });

  test("a problem that a repair does not solve is reported again, and no other repair is proposed", async () => {
    const {
      code,
      levels,
      container: lost,
    } = await report([...["-c", "beyond-repair", "--repair", "--yes"]]);
    expect(levels).toEqual({ ...BEFORE, ...DOWN, network: "fail", repair: "fail" });
    expect(JSON.stringify(lost)).toContain("dc01.contoso.com: TimedOut");
    expect(messageOf(lost, "repair")).toContain("/sc_reset:contoso.com answers 1311");
    expect(JSON.stringify(lost)).not.toContain("--repair");
    expect(code).toBe(1);
    expect((await doctorPod(["-c", "beyond-repair"])).stdout).toContain("→ Try --repair.");
  });

  test("without the credential spec in the container only Kerberos is checked, and nothing repaired", async () => {
    const {
      code,
      levels,
      container: without,
    } = await report([...["-c", "no-credspec", "--repair", "--yes"]]);
    expect(levels).toEqual({
      ...{ ...BEFORE, ...SKIPPED, arrived: "fail", network: "pass" },
      ...{ kerberos: "fail", "account-principals": "unknown" },
    });
    expect(messageOf(without, "arrived")).toContain("the credential spec did not reach");
    expect(code).toBe(1);
  });

  test("an image without nltest: the result is unknown", async () => {
    const { code, levels, container: without } = await report(["-c", "nanoserver"]);
    expect(messageOf(without, "arrived")).toBe("this container does not have nltest");
    expect(messageOf(without, "kerberos")).toBe("this container does not have klist");
    expect(messageOf(without, "network")).toBe("this container does not have PowerShell");
    const asked = { arrived: "unknown", kerberos: "unknown", network: "unknown" };
    expect(levels).toEqual({ ...BEFORE, ...SKIPPED, ...asked });
    expect(code).toBe(0);
  });

  test("an answer is waited for until --timeout", async () => {
    const { code, levels, container: slow } = await report(["-c", "slow", "--timeout", "2s"]);
    expect(messageOf(slow, "logon")).toBe("nltest /query: no answer within 2 s");
    expect(levels).toEqual({ ...BEFORE, ...UP, logon: "warn" });
    expect(code).toBe(0);
  });

  test("without -c, all containers that use GMSA", async () => {
    const { code, stdout } = await doctorPod(["-o", "yaml", "--timeout", "2s"]);
    expect(stdout.match(/^ {2}- container: .*/gm)).toHaveLength(7);
    expect(code).toBe(1);
  });

  test("the documented rights are enough, and a missing one is reported", async () => {
    const pods: V1PolicyRule = { apiGroups: [""], resources: ["pods"], verbs: ["get"] };
    const exec = { apiGroups: [""], resources: ["pods/exec"], verbs: ["get", "create"] };
    const refused = await reportAs("reader", [pods]);
    expect(messageOf(refused.container, "arrived")).toBe(
      "needs the right to get and create pods/exec",
    );
    expect(refused.levels).toEqual({
      ...BEFORE,
      ...SKIPPED,
      ...{ node: "unknown", password: "unknown" },
      ...{ arrived: "unknown", kerberos: "unknown", network: "unknown" },
    });

    const allowed = await reportAs("operator", [pods, exec]);
    expect(allowed.levels).toEqual({
      ...BEFORE,
      ...UP,
      ...{ node: "unknown", password: "unknown" },
    });
  });

  /** The report on the container that is logged on, for an account with these rights. */
  async function reportAs(name: string, rules: V1PolicyRule[]): ReturnType<typeof report> {
    await objects.createServiceAccount(NAMESPACE, name);
    await objects.rbac.createNamespacedRole({
      namespace: NAMESPACE,
      body: { metadata: { name }, rules },
    });
    await objects.rbac.createNamespacedRoleBinding({
      namespace: NAMESPACE,
      body: {
        metadata: { name },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
        subjects: [{ kind: "ServiceAccount", name, namespace: NAMESPACE }],
      },
    });
    const kubeconfig = await kubeconfigOfAccount(bed, { namespace: NAMESPACE, name });
    try {
      return await report(["-c", "healthy"], kubeconfig.file);
    } finally {
      kubeconfig.remove();
    }
  }

  test("no such Pod, and options of gmsa doctor that are not about a Pod", async () => {
    const env = { KUBECONFIG: bed.kubeconfigPath };
    const missing = await gmsa(["doctor", "-n", NAMESPACE, "pod", "nobody"], { env });
    expect(missing.stderr).toContain(`there is no Pod ${NAMESPACE}/nobody`);
    expect(missing.code).toBe(1);
    const checked = await doctorPod(["--check", "policy"]);
    expect(checked.stderr).toContain("--check is for the cluster");
    expect(checked.code).toBe(2);
  });
});
