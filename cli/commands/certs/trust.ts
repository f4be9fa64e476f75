import type { Command } from "commander";

import { kubeConfigOf } from "../../options/cluster-options";
import type { Terminal } from "../../terminal/terminal";
import { addWaitOptions } from "./renew";
import type { WaitOptions } from "./rotation";

const HELP = `
For installations with certificates.trust: manual, where pepr-gmsa-certificates has no right on
webhook configurations. This command makes a CA for ten years, which can sign for the names of the
Service and for nothing else, lets both webhook configurations trust it and call the secret path, and
puts the CA and its key into Secret pepr-gmsa-authority. From then on pepr-gmsa-certificates makes
and renews the certificate below it.

Run it again at any time: what is right stays as it is. A CA that is no longer needed is removed
once every replica serves a certificate below the new one.

Examples:
  # After the installation, and after a webhook configuration was replaced
  gmsa certs trust

  # Before the CA ends, or if somebody may have read its key
  gmsa certs trust --new-ca

Needs to get and patch both webhook configurations and Secrets pepr-gmsa-authority and
pepr-gmsa-api-path, and to get Secret pepr-gmsa-tls and deployment/pepr-gmsa-certificates.

Exit codes: 0 done, 1 refused or not done (within the time), 2 wrong usage.`;

/** `gmsa certs trust` */
export function addTrust(certs: Command, terminal: Terminal): void {
  const command = certs
    .command("trust")
    .description("let the API server trust a CA, where only you may write that")
    .option("--new-ca", "make a new CA, though there is one", false)
    .addHelpText("after", HELP);
  addWaitOptions(command).action(async (options: WaitOptions & { newCa: boolean }) => {
    const [{ KubeCertificates }, { refuseCertManagers, refuseUnlessManual }, { writeTrust }] =
      await Promise.all([
        import("../../certificates/kube-certificates"),
        import("./ownership"),
        import("./write-trust"),
      ]);
    const cluster = await KubeCertificates.connect(await kubeConfigOf(command));
    refuseUnlessManual(cluster.trust);
    refuseCertManagers(await cluster.observe());
    await writeTrust(cluster, { ...options, terminal });
  });
}
