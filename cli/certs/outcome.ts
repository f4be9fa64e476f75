/** What the verbs that change the certificate have in common at their end. */
import { X509Certificate } from "node:crypto";

import type { Observation } from "../../certificates/installation";
import { anchorsOf, certificatesIn, includes } from "../../pki/trust-bundle";
import { describeDuration } from "../options/option-types";
import type { Terminal } from "../terminal/terminal";
import type { CertificatesInCluster } from "../certificates/model";
import { untilServed } from "../commands/certs/rotation";
import type { WaitOptions } from "../commands/certs/wait-options";

/** Follows a new certificate to the replicas, and says how it went on. */
export async function follow(
  certificate: string,
  cluster: CertificatesInCluster,
  { terminal, timeout }: { terminal: Terminal } & Pick<WaitOptions, "timeout">,
): Promise<void> {
  const { fingerprint256, validTo } = new X509Certificate(certificate);
  terminal.print(
    `The new certificate ends at ${new Date(validTo).toISOString()}, SHA-256 ${fingerprint256}`,
  );
  const count = await terminal.during("Wait until every ready replica serves it", detail =>
    untilServed(cluster, fingerprint256, { timeoutMs: timeout, detail }),
  );
  terminal.print(
    count === 0
      ? "No replica can be reached from here; they serve it within two minutes."
      : `Served by every ready replica (${count}).`,
  );
  if (trustsOthers(await cluster.observe())) {
    const { trustOldMs } = cluster;
    const more =
      trustOldMs === undefined ? "for a while" : `for ${describeDuration(trustOldMs)} more`;
    terminal.print(`What was trusted before stays trusted ${more}.`);
  }
}

/** Whether a webhook configuration trusts more than what the pair needs. */
function trustsOthers({ pair, configurations }: Observation): boolean {
  const needed = anchorsOf(pair);
  const bundles = configurations.flatMap(({ webhooks }) => webhooks);
  return bundles.some(({ caBundle }) => !includes(needed, certificatesIn(caBundle)));
}
