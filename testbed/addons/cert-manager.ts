import { join } from "node:path";
import { stringify } from "yaml";
import type { Bed } from "../bed/bed";
import { findCertManager } from "../programs/cert-manager-programs";
import { startChild, type Child } from "../process/child";
import { readCertManagerCrds } from "../programs/component-crds";
import { sleep, type Log } from "../process/log";

/** cert-manager's controller and cainjector, running against a bed. */
export interface CertManager {
  /**
   * Renews a Certificate at once, as `cmctl renew` does, and waits until it is ready again.
   * @throws with the output of the controller if it is not ready again within a minute
   */
  renew(namespace: string, name: string): Promise<void>;
  /**
   * Waits until a Certificate is ready.
   * @throws as `renew`
   */
  ready(namespace: string, name: string): Promise<void>;
  /** Idempotent. */
  stop(): Promise<void>;
}

const readyTimeoutMs = 60_000;

/** The fields of a Certificate that are read here. */
interface Certificate {
  metadata: { generation: number };
  status?: {
    revision?: number;
    conditions?: { type: string; status: string; observedGeneration?: number }[];
  };
}

class LocalCertManager implements CertManager {
  constructor(
    private readonly bed: Bed,
    private readonly child: Child,
  ) {}

  async ready(namespace: string, name: string): Promise<void> {
    await this.#wait(namespace, name, isReady);
  }

  async renew(namespace: string, name: string): Promise<void> {
    const before = (await this.#read(namespace, name)).status?.revision ?? 0;
    const issuing = {
      type: "Issuing",
      status: "True",
      reason: "ManuallyTriggered",
      message: "renewed by the test",
      lastTransitionTime: new Date().toISOString(),
    };
    const conditions = (await this.#read(namespace, name)).status?.conditions ?? [];
    await this.bed.kubectl([
      ...["patch", "certificate", name, "-n", namespace, "--subresource=status", "--type=merge"],
      ...["-p", JSON.stringify({ status: { conditions: [...conditions, issuing] } })],
    ]);
    await this.#wait(
      namespace,
      name,
      certificate => isReady(certificate) && (certificate.status?.revision ?? 0) > before,
    );
  }

  async stop(): Promise<void> {
    await this.child.stop();
  }

  async #read(namespace: string, name: string): Promise<Certificate> {
    const { stdout } = await this.bed.kubectl([
      ...["get", "certificate", name, "-n", namespace, "-o", "json"],
    ]);
    return JSON.parse(stdout) as Certificate;
  }

  async #wait(
    namespace: string,
    name: string,
    isWanted: (certificate: Certificate) => boolean,
  ): Promise<void> {
    const end = Date.now() + readyTimeoutMs;
    for (;;) {
      const certificate = await this.#read(namespace, name);
      if (isWanted(certificate)) return;
      if (Date.now() > end) {
        const status = JSON.stringify(certificate.status);
        throw new Error(`Certificate ${name}: ${status}\n${this.child.tail()}`);
      }
      await sleep(200);
    }
  }
}

function isReady({ metadata, status }: Certificate): boolean {
  const conditions = status?.conditions ?? [];
  return (
    !conditions.some(({ type, status: value }) => type === "Issuing" && value === "True") &&
    conditions.some(
      ({ type, status: value, observedGeneration }) =>
        type === "Ready" && value === "True" && observedGeneration === metadata.generation,
    )
  );
}

/**
 * Installs cert-manager's CRDs and runs its controller and cainjector, as an administrator of the
 * bed. Does not run its webhook, which only validates what users write.
 * @throws MissingPrerequisite without Go; Error if the programs cannot be built or started
 */
export async function startCertManager(bed: Bed, log: Log): Promise<CertManager> {
  const dir = bed.controlPlane?.dir;
  if (dir === undefined) throw new Error("cert-manager runs only on a bed of this test bed");
  const program = await findCertManager(log);
  const crds = (await readCertManagerCrds()).map(crd => stringify(crd)).join("---\n");
  await bed.kubectl(["apply", "--server-side", "-f", "-"], { stdin: crds });
  const wait = ["wait", "--for=condition=Established", "crd/certificates.cert-manager.io"];
  await bed.kubectl([
    ...wait,
    "crd/certificaterequests.cert-manager.io",
    "crd/issuers.cert-manager.io",
  ]);
  const child = await startChild({
    name: "cert-manager",
    command: program,
    args: [`--kubeconfig=${bed.kubeconfigPath}`],
    env: { HOME: dir },
    cwd: dir,
    logFile: join(dir, "cert-manager.log"),
  });
  return new LocalCertManager(bed, child);
}
