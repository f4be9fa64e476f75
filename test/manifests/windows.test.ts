/** The effects of deploy/windows on Windows nodes. */
import type { V1ConfigMap, V1DaemonSet, V1PodSpec } from "@kubernetes/client-node";
import { join } from "node:path";

import { NODE_REPORT } from "../../cli/inspect/node-reports";
import { kustomize, Rendering } from "../../testbed/manifests/rendering";

const WINDOWS = join(__dirname, "../../deploy/windows");

/** Where containerd's shim for Windows puts the files of a HostProcess container. */
const MOUNT_POINT = "C:\\hpc";

/**
 * A word of a HostProcess container's command as it runs on a node. The shim replaces these two
 * spellings. The kubelet replaces `$(NAME)` for variables in `env`, and leaves others unchanged.
 *
 * Source: replaceWithMountPoint in internal/jobcontainers/jobcontainer.go of microsoft/hcsshim
 */
function onTheNode(word: string): string {
  return word
    .replaceAll("%CONTAINER_SANDBOX_MOUNT_POINT%", MOUNT_POINT)
    .replaceAll("$env:CONTAINER_SANDBOX_MOUNT_POINT", MOUNT_POINT);
}

describe.each([
  ["compartment-namespace", "lets containers reach SMB shares by name", /New-ItemProperty/],
  ["node-report", "tells what kubelets do not", /ConvertTo-Json/],
])("the DaemonSet %s, which %s", (folder, _what, does) => {
  let objects: Rendering["objects"];

  beforeAll(async () => {
    objects = new Rendering(await kustomize(join(WINDOWS, folder))).objects;
  });

  function only(kind: string): Rendering["objects"][number] | undefined {
    const found = objects.filter(object => object.kind === kind);
    expect(found).toHaveLength(1);
    return found[0];
  }

  function podSpec(): V1PodSpec {
    const { spec } = only("DaemonSet") as V1DaemonSet;
    if (spec?.template.spec === undefined) throw new Error("the DaemonSet makes no Pods");
    return spec.template.spec;
  }

  test("consists of three objects, in a namespace where HostProcess is allowed", () => {
    expect(objects.map(({ kind }) => kind).sort()).toEqual(["ConfigMap", "DaemonSet", "Namespace"]);
    const namespace = only("Namespace");
    expect(namespace?.metadata?.labels).toHaveProperty(
      ["pod-security.kubernetes.io/enforce"],
      "privileged",
    );
    expect(only("DaemonSet")?.metadata?.namespace).toBe(namespace?.metadata?.name);
  });

  test("runs on Windows nodes only, on all of them, as a part of the host", () => {
    expect(podSpec()).toMatchObject({
      nodeSelector: { "kubernetes.io/os": "windows" },
      os: { name: "windows" },
      tolerations: [{ operator: "Exists" }],
      hostNetwork: true,
      securityContext: { windowsOptions: { hostProcess: true } },
    });
  });

  test("has no token, because it does not call the API server", () => {
    expect(podSpec().automountServiceAccountToken).toBe(false);
  });

  test("runs the script that is in the ConfigMap", () => {
    const { data = {}, metadata } = only("ConfigMap") as V1ConfigMap;
    const { containers, volumes = [] } = podSpec();
    expect(volumes).toEqual([{ name: "scripts", configMap: { name: metadata?.name } }]);
    expect(containers).toMatchObject([
      { volumeMounts: [{ name: "scripts", mountPath: "/scripts" }] },
    ]);
    const [script = ""] = Object.keys(data);
    expect(containers[0]?.env).toBeUndefined();
    expect(containers[0]?.command?.map(onTheNode)).toEqual([
      ...["powershell.exe", "-NoProfile", "-NonInteractive", "-ExecutionPolicy", "Bypass"],
      ...["-File", `C:\\hpc\\scripts\\${script}`],
    ]);
    expect(data[script]).toContain("EnableCompartmentNamespace");
    expect(data[script]).toMatch(does);
  });
});

test("gmsa doctor looks for reports where they are", async () => {
  const { objects } = new Rendering(await kustomize(join(WINDOWS, "node-report")));
  const { metadata, spec } = objects.find(({ kind }) => kind === "DaemonSet") as V1DaemonSet;
  const [[label, value] = [], ...others] = Object.entries(spec?.selector.matchLabels ?? {});
  expect(others).toEqual([]);
  expect(NODE_REPORT).toEqual({
    namespace: metadata?.namespace,
    labels: `${label ?? ""}=${value ?? ""}`,
    container: spec?.template.spec?.containers[0]?.name,
  });
});
