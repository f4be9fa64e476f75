/** Requests a new certificate, and waits until it is served. */
import { X509Certificate } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

import type { StoredPair, Observation } from "../../../certificates/installation";
import { anchorsOf, includes, certificatesIn } from "../../../pki/trust-bundle";
import { LOOK_AT_KEEPER } from "../../certificates/findings";
import type { KubeCertificates } from "../../certificates/kube-certificates";
import { describeDuration } from "../../options/option-types";
import { Failure } from "../../terminal/failure";
import type { Terminal } from "../../terminal/terminal";

const POLL_MS = 1000;

/** Whether to wait for the result, and how long. */
export interface WaitOptions {
  wait: boolean;
  /** Milliseconds. */
  timeout: number;
}

/** Requests to the certificate controller, with their messages. */
const REQUESTS = {
  askToRenew: "renewal requested",
  takeBack: "certificate requested from pepr-gmsa-certificates",
} as const;

interface Options {
  terminal: Terminal;
  /** Milliseconds. */
  timeout: number;
}

/**
 * Requests a new pair from the certificate controller, and waits until the replicas serve it, unless `wait`
 * is false.
 */
export async function rotate(
  cluster: KubeCertificates,
  { ask, wait, terminal, timeout }: Options & { ask: keyof typeof REQUESTS; wait: boolean },
): Promise<void> {
  const value = new Date().toISOString();
  await cluster[ask](value);
  terminal.print(`secret/${cluster.secretName}: ${REQUESTS[ask]}`);
  if (!wait) return;
  const { certificate } = await terminal.during("Wait for pepr-gmsa-certificates", detail =>
    untilRenewed(cluster, value, { timeoutMs: timeout, detail }),
  );
  await follow(certificate, cluster, { terminal, timeout });
}

/**
 * Waits until the replicas serve a new certificate, and prints the progress.
 *
 * @returns how many replicas serve it; 0 if none can be reached from here.
 */
export async function follow(
  certificate: string,
  cluster: KubeCertificates,
  { terminal, timeout }: Options,
): Promise<number> {
  const { fingerprint256, validTo } = new X509Certificate(certificate);
  terminal.print(
    `The new certificate expires at ${new Date(validTo).toISOString()}, SHA-256 ${fingerprint256}`,
  );
  const count = await terminal.during("Wait until every ready replica serves it", detail =>
    untilServed(cluster, fingerprint256, { timeoutMs: timeout, detail }),
  );
  terminal.print(
    count === 0
      ? "No replica can be reached from here. They serve it within two minutes."
      : `Served by every ready replica (${count}).`,
  );
  if (trustsOthers(await cluster.observe())) {
    const { trustOldMs } = cluster;
    const more =
      trustOldMs === undefined ? "for a while" : `for another ${describeDuration(trustOldMs)}`;
    if (cluster.trust === "automatic") {
      terminal.print(`The previous CA stays trusted ${more}.`);
    }
  }
  return count;
}

/** Whether a webhook configuration trusts more CAs than the pair needs. */
export function trustsOthers({ pair, configurations }: Observation): boolean {
  const needed = anchorsOf(pair);
  const bundles = configurations.flatMap(({ webhooks }) => webhooks);
  return bundles.some(({ caBundle }) => !includes(needed, certificatesIn(caBundle)));
}

/** How long to wait, and where to report progress. */
export interface Patience {
  timeoutMs: number;
  detail: (line: string) => void;
}

/**
 * Waits until the certificate controller has created a new pair.
 *
 * @throws Failure if that does not happen within the timeout.
 */
async function untilRenewed(
  cluster: KubeCertificates,
  value: string,
  patience: Patience,
): Promise<StoredPair> {
  const pair = await poll(patience, async () => {
    const { pair: stored } = await cluster.observe();
    return stored.renewed === value || stored.renew !== value ? stored : undefined;
  });
  if (pair === undefined) {
    throw new Failure(
      `pepr-gmsa-certificates has not answered within ${describeDuration(patience.timeoutMs)}`,
      `${LOOK_AT_KEEPER}\nThe request remains: the certificate is renewed as soon as that works.`,
    );
  }
  if (pair.renewed !== value) {
    throw new Failure(`somebody else changed the request in the meantime (${pair.renew})`);
  }
  return pair;
}

/**
 * Waits until every ready replica serves this certificate.
 *
 * @returns how many replicas serve it; 0 if none can be reached from here, and then it does not wait.
 * @throws Failure if a replica that can be reached does not serve it within the timeout.
 */
async function untilServed(
  cluster: KubeCertificates,
  fingerprint: string,
  patience: Patience,
): Promise<number> {
  let told = "";
  let behind: string[] = [];
  const count = await poll(patience, async () => {
    const reached = (await cluster.replicas()).filter(replica => replica.fingerprint !== undefined);
    behind = reached.filter(replica => replica.fingerprint !== fingerprint).map(({ pod }) => pod);
    const line = `${reached.length - behind.length} of ${reached.length}`;
    if (reached.length > 0 && line !== told) {
      told = line;
      patience.detail(line);
    }
    return behind.length === 0 ? reached.length : undefined;
  });
  if (count === undefined) {
    throw new Failure(
      `another certificate is still served after ${describeDuration(patience.timeoutMs)} by ${behind.join(", ")}`,
      `See their logs: \`kubectl -n pepr-system logs ${behind[0] ?? ""}\`.`,
    );
  }
  return count;
}

/**
 * Waits until the Secret holds a pair that this CA signed.
 *
 * @returns the certificate.
 */
export async function untilBelow(
  cluster: KubeCertificates,
  ca: X509Certificate,
  patience: Patience,
): Promise<string> {
  const certificate = await poll(patience, async () => {
    const { pair } = await cluster.observe();
    const isBelow = pair.key !== "" && includes(certificatesIn(pair.ca), [ca]);
    return isBelow ? pair.certificate : undefined;
  });
  if (certificate !== undefined) return certificate;
  throw new Failure(
    `pepr-gmsa-certificates has not created a certificate within ${describeDuration(patience.timeoutMs)}`,
    LOOK_AT_KEEPER,
  );
}

/**
 * Repeats a call until it returns an answer or the time is over. A Failure is retried, because the API server
 * may come back.
 */
export async function poll<Answer>(
  { timeoutMs, detail }: Patience,
  ask: () => Promise<Answer | undefined>,
): Promise<Answer | undefined> {
  const end = Date.now() + timeoutMs;
  let told = "";
  do {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (error.message !== told) {
        told = error.message;
        detail(told);
      }
    }
    await sleep(POLL_MS);
  } while (Date.now() < end);
  return undefined;
}
