import type { Command } from "commander";

import { kubeConfigOf } from "../../options/cluster-options";
import type { Terminal } from "../../terminal/terminal";
import { addWaitOptions } from "./renew";
import type { WaitOptions } from "./rotation";

const HELP = `
For installations with certificates.trust: manual, where pepr-gmsa-certificates may not change webhook
configurations. This command creates a CA for ten years, which can sign for the names of the Service
and for nothing else. It lets both webhook configurations trust the CA and call the secret path, and
puts the CA and its key into Secret pepr-gmsa-authority. From then on pepr-gmsa-certificates creates
and renews the certificate below it.

You can run it again at any time: it changes only what differs. A CA that is no longer needed is
removed once every replica serves a certificate below the new one.

Examples:
  # After the installation, and after a webhook configuration was replaced
  gmsa certs trust

  # Before the CA expires, or if somebody may have read its key
  gmsa certs trust --new-ca

Needs to get and patch both webhook configurations and Secrets pepr-gmsa-authority and
pepr-gmsa-api-path, and to get Secret pepr-gmsa-tls and deployment/pepr-gmsa-certificates.

Exit codes: 0 done, 1 refused or not done (within the time), 2 wrong usage.`;

/** Adds `gmsa certs trust`. */
export function addTrust(certs: Command, terminal: Terminal): void {
  const command = certs
    .command("trust")
    .description("let the API server trust a CA, in installations with manual trust")
    .option("--new-ca", "create a new CA even if one exists", false)
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
