import { Command } from "commander";

import { kubeConfigOf } from "../../options/cluster-options";
import type { Terminal } from "../../terminal/terminal";
import { addWaitOptions } from "./wait-options";
import type { WaitOptions } from "./wait-options";

const HELP = `
pepr-gmsa-certificates makes a new CA and key pair, and lets the API server trust both CAs until
every replica serves the new pair. No admission fails meanwhile. It does the same by itself when a
quarter of the certificate's life is left.

Examples:
  # Rotate CA and key pair now, and wait until every replica serves them
  gmsa certs renew

  # The same without this tool
  kubectl -n pepr-system annotate secret pepr-gmsa-tls --overwrite gmsa.pepr.dev/renew="$(date)"

Needs to get both Secrets and both webhook configurations, and to patch Secret pepr-gmsa-tls.

Exit codes: 0 done, 1 not done (within the time), 2 wrong usage.`;

/** `gmsa certs renew` */
export function addRenew(certs: Command, terminal: Terminal): void {
  const command = certs
    .command("renew")
    .description("rotate CA and key pair at once, without a failed admission")
    .addHelpText("after", HELP);
  addWaitOptions(command).action(async (options: WaitOptions) => {
    const [{ KubeCertificates }, { refuseUnlessKeepers }, { untilRenewed }, { follow }] =
      await Promise.all([
        import("../../certificates/kube-certificates"),
        import("./ownership"),
        import("./rotation"),
        import("./rotation"),
      ]);
    const cluster = await KubeCertificates.connect(await kubeConfigOf(command));
    refuseUnlessKeepers(await cluster.observe());
    const value = new Date().toISOString();
    await cluster.askToRenew(value);
    terminal.print(`secret/${cluster.secretName}: renewal asked for`);
    if (!options.wait) {
      return;
    }
    const { certificate } = await terminal.during("Wait for pepr-gmsa-certificates", detail =>
      untilRenewed(cluster, value, { timeoutMs: options.timeout, detail }),
    );
    await follow(certificate, cluster, { terminal, timeout: options.timeout });
  });
}
