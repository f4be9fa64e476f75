/** The API server's audit log of Pods that name credential specs. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";

import { startBed } from "../../testbed/bed/local-bed";
import type { Bed } from "../../testbed/bed/bed";
import { validCredspec } from "../../testbed/objects/valid-credspec";
import { describeOnOwnBed } from "../setup/own-bed";
import { eventually } from "../../testbed/objects/eventually";
import { Objects } from "../../testbed/objects/cluster-objects";
import { podOf } from "../../testbed/objects/pods";
import { statusIn } from "../../testbed/objects/status-body";
import { MANIFEST } from "../../testbed/manifests/built-manifest";
import { cause, NAME } from "../support/refusals";

const NAMESPACE = "gmsa-audit";
const KEY = "pepr-gmsa.pepr.dev/credspecs";
const REFUSED = "pepr-gmsa.pepr.dev/refused";
const POLICY = {
  apiVersion: "audit.k8s.io/v1",
  kind: "Policy",
  omitStages: ["RequestReceived"],
  rules: [
    { level: "Metadata", verbs: ["create"], resources: [{ group: "", resources: ["pods"] }] },
    { level: "None" },
  ],
};

interface AuditEvent {
  objectRef: { name?: string; namespace: string };
  responseStatus: { code: number };
  annotations?: Record<string, string>;
}

describeOnOwnBed("the audit log", () => {
  let bed: Bed;
  let objects: Objects;
  let dir: string;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), "gmsa-audit-"));
    writeFileSync(join(dir, "policy.yaml"), stringify(POLICY));
    bed = await startBed({
      replicas: 1,
      install: MANIFEST,
      apiServerFlags: [
        `--audit-policy-file=${join(dir, "policy.yaml")}`,
        `--audit-log-path=${join(dir, "audit.log")}`,
      ],
    });
    objects = new Objects(bed.kubeConfig);
    await bed.createNamespace(NAMESPACE);
    for (const name of ["web", "db"]) await objects.createCredspec(name, validCredspec(name));
    await objects.createGrantedAccount(NAMESPACE, "granted", {
      role: "gmsa-audit",
      credspecs: ["web", "db"],
    });
    await objects.createServiceAccount(NAMESPACE, "stranger");
  }, 300_000);

  afterAll(async () => {
    await bed.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  /** The event of a Pod's last creation. */
  async function eventOf(podName: string): Promise<AuditEvent> {
    const look = (): Promise<AuditEvent | undefined> => {
      const lines = readFileSync(join(dir, "audit.log"), "utf8").split("\n").slice(0, -1);
      const events = lines.map(line => JSON.parse(line) as AuditEvent);
      const found = events.filter(
        ({ objectRef }) => objectRef.namespace === NAMESPACE && objectRef.name === podName,
      );
      return Promise.resolve(found.at(-1));
    };
    const event = await eventually(look, found => found !== undefined);
    if (event === undefined) throw new Error(`no event of Pod ${podName}`);
    return event;
  }

  test("names the credential specs of an admitted Pod", async () => {
    const pod = podOf(NAMESPACE, "admitted", {
      serviceAccount: "granted",
      credspec: "web",
      containerCredspecs: ["db", "web"],
    });
    await eventually(
      () => objects.createPod(pod),
      ({ admitted }) => admitted,
    );
    const { responseStatus, annotations } = await eventOf("admitted");
    expect(responseStatus.code).toBe(201);
    expect(annotations?.[KEY]).toBe("web,db");
  });

  test("names those of a refused Pod, and why it was refused", async () => {
    await objects.createPod(
      podOf(NAMESPACE, "refused", { serviceAccount: "stranger", credspec: "web" }),
    );
    const { responseStatus, annotations } = await eventOf("refused");
    expect(responseStatus.code).toBe(403);
    expect(statusIn(responseStatus).causes).toEqual([
      cause("NotAuthorized", `spec.${NAME}`, "stranger", "web"),
    ]);
    expect(annotations?.[KEY]).toBe("web");
    expect(annotations?.[REFUSED]).toBe("not authorized");
  });

  test("has no entry for Pods that name none", async () => {
    await objects.createPod(podOf(NAMESPACE, "plain", { serviceAccount: "stranger" }));
    const { responseStatus, annotations } = await eventOf("plain");
    expect(responseStatus.code).toBe(201);
    expect(annotations).not.toHaveProperty([KEY]);
    expect(annotations).not.toHaveProperty([REFUSED]);
  });
});
