/** `gmsa conformance` with a real API server and the real webhook; a stand-in acts as Windows nodes. */
import { CoreV1Api, CustomObjectsApi, RbacAuthorizationV1Api } from "@kubernetes/client-node";
import type { V1Node } from "@kubernetes/client-node";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { RUN_LABEL } from "../../cli/commands/conformance/case-model";
import { CASE_NAMES } from "../../cli/commands/conformance/planned-cases";
import {
  conformanceReport,
  type ConformanceReport,
} from "../../cli/commands/conformance/conformance-report";
import { FIRST_LINE, LAST_LINE } from "../../cli/commands/conformance/target-scripts";
import { CREDSPEC_RESOURCE } from "../../rules/credspec/resource";
import { Objects } from "../../testbed/objects/cluster-objects";
import { eventually } from "../../testbed/objects/eventually";
import { validCredspec } from "../../testbed/objects/valid-credspec";
import { recordedKlist } from "../fixtures/klist-case";
import { recorded } from "../fixtures/nltest-case";
import { attachBed } from "../setup/attach-bed";
import { describeOnOwnBed } from "../setup/own-bed";
import { GMSA, gmsa, type GmsaResult } from "../support/gmsa-program";
import type { ExecAnswer } from "../support/spdy-exec";
import {
  DIGEST,
  StandInKubelet,
  type Behaviour,
  type Execution,
  type Trouble,
} from "../support/stand-in-kubelet";
import { windowsNode } from "./fake-windows-nodes";

const NAMESPACE = "gmsa-conformance-test";
const CREDSPEC = "conformance-webapp1";
const SHARE = ["--target", "//fs01.contoso.com/data"];
const SERVER_RPC = "The RPC server is unavailable. (0xc0020017)";

function node(name: string, kernelVersion: string): V1Node {
  return windowsNode(name, {
    kernelVersion,
    annotations: { "gmsa.pepr.dev/stand-in": "true" },
  });
}

/** Problems by the end of the Pod's name: version and case. */
const TROUBLES: readonly [RegExp, Trouble][] = [
  [
    /-2022-pod-level$/,
    {
      waiting: "ContainerCreating",
      event: { reason: "Failed", message: `hcs::CreateComputeSystem ask: ${SERVER_RPC}` },
    },
  ],
  [/-2022-container-level$/, { waiting: "ContainerCreating" }],
  [/-2022-init-container$/, { waiting: "ErrImagePull", message: "no such image" }],
];

/** Whether commands hang until they are cancelled. */
let isHanging = false;

const BEHAVIOUR: Behaviour = {
  troubleOf: pod => {
    if (isHanging) return { waiting: "ContainerCreating" };
    return TROUBLES.find(([name]) => name.test(pod))?.[1];
  },
  answer: execution => answerOf(execution),
};

function answerOf({ pod, command }: Execution): ExecAnswer {
  const [program = ""] = command;
  switch (program) {
    case "klist":
      return klistIn(pod);
    case "nltest":
      return /-2022-/.test(pod)
        ? { stdout: recorded("verify-no-logon-servers"), exitCode: 1 }
        : { stdout: recorded("verify-success") };
    case "hostname":
      return { stdout: "WEBAPP1\r\n" };
    default:
      return { stdout: `${FIRST_LINE}\r\n${shareIn(pod)}\r\n${LAST_LINE}\r\n` };
  }
}

function klistIn(pod: string): ExecAnswer {
  if (/-2022-ephemeral-container$/.test(pod)) {
    return { notStarted: "hcs::System::CreateProcess klist: not found (0x2)" };
  }
  return /-2022-two-at-once-2$/.test(pod)
    ? { stdout: recordedKlist("no-logon-servers"), exitCode: 1 }
    : { stdout: recordedKlist("success") };
}

function shareIn(pod: string): string {
  return /-2022-random-hostname$/.test(pod)
    ? "share-error=UnauthorizedAccessException/0x80070005"
    : "share=3";
}

// It registers nodes that run nothing.
describeOnOwnBed("gmsa conformance", () => {
  const bed = attachBed();
  const core = bed.kubeConfig.makeApiClient(CoreV1Api);
  const objects = new Objects(bed.kubeConfig);
  const folder = mkdtempSync(join(tmpdir(), "gmsa-conformance-"));
  const env = { KUBECONFIG: bed.kubeconfigPath };
  const words = (report: string, ...more: string[]): string[] => [
    ...["conformance", "-n", NAMESPACE, "--credspec", CREDSPEC, "--service-account", "web"],
    ...["--yes", "-o", join(folder, report), ...more],
  ];
  let kubelet: StandInKubelet;

  beforeAll(async () => {
    await bed.createNamespace(NAMESPACE);
    await objects.createCredspec(CREDSPEC, validCredspec());
    await objects.createGrantedAccount(NAMESPACE, "web", {
      role: NAMESPACE,
      credspecs: [CREDSPEC],
    });
    kubelet = await StandInKubelet.start(bed.kubeConfig, NAMESPACE, BEHAVIOUR);
  });

  afterAll(async () => {
    await kubelet.stop();
    rmSync(folder, { recursive: true, force: true });
    await objects.deleteCredspec(CREDSPEC);
    await objects.rbac.deleteClusterRole({ name: NAMESPACE });
    await core.deleteNamespace({ name: NAMESPACE });
  });

  function run(report: string, ...more: string[]): Promise<GmsaResult> {
    return gmsa(words(report, ...more), { env });
  }

  function reportIn(name: string): ConformanceReport {
    const text = readFileSync(join(folder, name, "report.json"), "utf8");
    return conformanceReport.parse(JSON.parse(text));
  }

  /** Objects that the runs have left in the cluster. */
  async function leftovers(): Promise<string[]> {
    const labelSelector = RUN_LABEL;
    const rbac = bed.kubeConfig.makeApiClient(RbacAuthorizationV1Api);
    const custom = bed.kubeConfig.makeApiClient(CustomObjectsApi);
    type List = { items: { metadata?: { name?: string } }[] };
    const lists = await Promise.all<List>([
      core.listNamespacedPod({ namespace: NAMESPACE, labelSelector }),
      rbac.listClusterRole({ labelSelector }),
      rbac.listNamespacedRoleBinding({ namespace: NAMESPACE, labelSelector }),
      custom.listClusterCustomObject({ ...CREDSPEC_RESOURCE, labelSelector }) as Promise<List>,
    ]);
    return lists.flatMap(({ items }) => items.map(({ metadata }) => metadata?.name ?? ""));
  }

  test("without a Windows node no object is created", async () => {
    const { code, stderr } = await run("none");
    expect(stderr).toContain("the cluster has no Windows node; nothing was created");
    expect(code).toBe(1);
    expect(existsSync(join(folder, "none"))).toBe(false);
    expect(await leftovers()).toEqual([]);
  });

  test("missing objects are reported before any object is created", async () => {
    await kubelet.addNode(node("gmsa-stand-in-2019", "10.0.17763.5936"));
    const absent = await gmsa(
      words("none").map(word => (word === CREDSPEC ? "no-such" : word)),
      { env },
    );
    expect(absent.stderr).toContain("there is no GMSACredentialSpec no-such; nothing was created");
    const nobody = await gmsa(
      words("none").map(word => (word === "web" ? "default" : word)),
      { env },
    );
    expect(nobody.stderr).toContain(`${NAMESPACE}/default may not use ${CREDSPEC}`);
    expect([absent.code, nobody.code]).toEqual([1, 1]);
    expect(await leftovers()).toEqual([]);
  });

  test("a dry run prints cases and objects, and creates none", async () => {
    const { code, stdout } = await gmsa(
      [
        ...["conformance", "-n", NAMESPACE, "--credspec", CREDSPEC],
        ...["--service-account", "web", "--dry-run"],
      ],
      { env },
    );
    expect(stdout).toContain("# Windows Server 2019: gmsa-stand-in-2019\n");
    for (const name of CASE_NAMES) expect(stdout).toContain(`# 2019/${name} `);
    expect(stdout.match(/^kind: Pod$/gm)?.length).toBeGreaterThan(10);
    expect(code).toBe(0);
    expect(await leftovers()).toEqual([]);
  });

  test("on a healthy cluster every case passes, no object is left, and the report shows what was real", async () => {
    const { code, stdout, stderr } = await run("good", ...SHARE);
    const report = reportIn("good");
    const verdicts = Object.fromEntries(report.cases.map(each => [each.id, each.verdict]));
    expect({ verdicts, stderr: code === 0 ? "" : stderr }).toEqual({
      verdicts: {
        ...Object.fromEntries(CASE_NAMES.map(name => [`2019/${name}`, "passed"])),
        ...{ "2022": "skipped", "2025": "skipped" },
      },
      stderr: "",
    });
    expect(code).toBe(0);
    expect(stdout).toContain("✔ 10 passed, 0 failed, 0 unknown, 2 skipped");
    expect(stdout).toContain("A stand-in played the nodes, so this shows nothing about Windows.");
    expect(await leftovers()).toEqual([]);

    expect(report).toMatchObject({
      ...{ verdict: "passed", interrupted: false, left: [] },
      nodes: [{ name: "gmsa-stand-in-2019", windows: "2019", played: "stand-in" }],
      images: [{ image: "mcr.microsoft.com/windows/servercore:ltsc2019", digest: DIGEST }],
      versions: { module: { build: expect.stringMatching(/^[0-9a-f]{64}$/) as string } },
    });
    const revoked = report.cases.find(({ id }) => id === "2019/revoked-grant");
    expect(revoked?.checks).toContainEqual(
      expect.objectContaining({ name: "revocation", reason: "refused as it must be" }),
    );
    const changed = report.cases.find(({ id }) => id === "2019/changed-credspec");
    expect(changed?.checks.map(({ reason }) => reason)).toContain("kept");

    const markdown = readFileSync(join(folder, "good/report.md"), "utf8");
    expect(markdown).toContain("**No container ran there, and no answer below is from Windows.**");
    const junit = readFileSync(join(folder, "good/junit.xml"), "utf8");
    expect(junit).toContain('tests="12" failures="0" errors="0" skipped="2"');
    // The report may be published: of the contents, it contains only the account's name.
    const { DomainJoinConfig } = validCredspec() as { DomainJoinConfig: Record<string, string> };
    for (const secret of [DomainJoinConfig.Sid, DomainJoinConfig.Guid]) {
      expect(JSON.stringify(report) + markdown + junit).not.toContain(secret);
    }
  });

  test("a failure is a verdict of its case, and no object is left", async () => {
    await bed.kubectl(["cordon", "gmsa-stand-in-2019"]);
    await kubelet.addNode(node("gmsa-stand-in-2022", "10.0.20348.2227"));
    const { code, stdout } = await run("bad", ...SHARE, "--start-timeout", "3s");
    const report = reportIn("bad");
    const why = report.cases.flatMap(({ id, verdict, checks }) => {
      const first = checks.find(check => !check.isNote && check.verdict === verdict);
      return verdict === "passed" ? [] : [[id, verdict, first?.reason]];
    });
    expect(why).toEqual([
      ["2022/pod-level", "failed", "not started"],
      ["2022/container-level", "unknown", "no sign of a start"],
      ["2022/init-container", "failed", "no image"],
      ["2022/ephemeral-container", "unknown", "no program"],
      ["2022/random-hostname", "failed", "share denied"],
      ["2022/two-at-once", "failed", "no ticket"],
      ["2019", "skipped", "no node"],
      ["2025", "skipped", "no node"],
    ]);
    // Netlogon is down everywhere, so Kerberos decides.
    const restart = report.cases.find(({ id }) => id === "2022/container-restart");
    expect(restart?.checks).toContainEqual(
      expect.objectContaining({ name: "netlogon", verdict: "failed", isNote: true }),
    );
    expect(stdout).toContain("✘ 4 passed, 4 failed, 2 unknown, 2 skipped");
    expect(report.unused).toEqual([{ node: "gmsa-stand-in-2019", why: "unschedulable" }]);
    expect(code).toBe(1);
    expect(await leftovers()).toEqual([]);
  });

  test("Pods that something else refuses prove nothing, which is not a success", async () => {
    const quota = {
      namespace: NAMESPACE,
      body: { metadata: { name: "none" }, spec: { hard: { pods: "0" } } },
    };
    await core.createNamespacedResourceQuota(quota);
    try {
      const { code } = await run("refused");
      const { cases, verdict } = reportIn("refused");
      const reasons = cases.flatMap(each => (each.verdict === "unknown" ? [each.checks] : []));
      expect(reasons).toHaveLength(CASE_NAMES.length);
      expect(reasons.flat()).toContainEqual(
        expect.objectContaining({
          reason: "refused by others",
          detail: expect.stringContaining("quota") as string,
        }),
      );
      expect([verdict, code]).toEqual(["unknown", 1]);
    } finally {
      await core.deleteNamespacedResourceQuota({ name: "none", namespace: NAMESPACE });
    }
    expect(await leftovers()).toEqual([]);
  });

  test("Ctrl-C ends it, no object is left, and the report shows the interruption", async () => {
    isHanging = true;
    const child = spawn(process.execPath, [GMSA, ...words("interrupted")], {
      env: { ...process.env, CI: "true", ...env },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    const ended = once(child, "exit") as Promise<[number | null]>;
    try {
      await eventually(leftovers, names => names.length > 0);
      child.kill("SIGINT");
      expect(await ended).toEqual([1, null]);
    } finally {
      child.kill("SIGKILL");
      isHanging = false;
    }
    expect(stderr).toContain("Interrupted: removing the created objects.");
    expect(await leftovers()).toEqual([]);
    expect(reportIn("interrupted")).toMatchObject({
      verdict: "unknown",
      interrupted: true,
      left: [],
    });
  });
});
