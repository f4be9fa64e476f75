import type { Command } from "commander";

import { kubeConfigOf } from "../../options/cluster-options";
import { timeoutOption } from "../../options/option-types";
import type { Terminal } from "../../terminal/terminal";
import type { WaitOptions } from "./rotation";

const HELP = `
pepr-gmsa-certificates creates a new CA and key pair, and lets the API server trust both CAs until
every replica serves the new key pair. No admission fails meanwhile. It does the same automatically when a
quarter of the certificate's lifetime is left.

With --path it replaces the secret path of the webhooks instead, as it does automatically every day:
each replica answers the new path before the API server calls it, and the old one for another 10 minutes.

Examples:
  # Rotate CA and key pair now, and wait until every replica serves them
  gmsa certs renew

  # Replace the webhooks' path now, and wait until the API server calls the new one
  gmsa certs renew --path

  # The same without this tool
  kubectl -n pepr-system annotate secret pepr-gmsa-tls --overwrite gmsa.pepr.dev/renew="$(date)"
  kubectl -n pepr-system annotate secret pepr-gmsa-api-path --overwrite gmsa.pepr.dev/renew="$(date)"

Needs to get both Secrets and both webhook configurations, and to patch Secret pepr-gmsa-tls, or
pepr-gmsa-api-path with --path.

Exit codes: 0 done, 1 not done (within the time), 2 wrong usage.`;

/** Milliseconds. The kubelet takes up to one and a half minutes, the replicas 40 s. */
const TIMEOUT_MS = 300_000;

/** Adds `--no-wait` and `--timeout`. */
export function addWaitOptions(command: Command): Command {
  return command
    .option("--no-wait", "do not wait until it is done")
    .addOption(timeoutOption("how long to wait", TIMEOUT_MS));
}

/** Adds `gmsa certs renew`. */
export function addRenew(certs: Command, terminal: Terminal): void {
  const command = certs
    .command("renew")
    .description("rotate the CA and key pair, or the webhooks' path, without a failed admission")
    .option("--path", "replace the secret path of the webhooks, not the certificate")
    .addHelpText("after", HELP);
  addWaitOptions(command).action(async (options: WaitOptions & { path?: boolean }) => {
    const [{ KubeCertificates }, ownership, { rotate }, { replacePath }] = await Promise.all([
      import("../../certificates/kube-certificates"),
      import("./ownership"),
      import("./rotation"),
      import("./replace-path"),
    ]);
    const cluster = await KubeCertificates.connect(await kubeConfigOf(command));
    if (options.path === true) {
      ownership.refusePathOf(cluster.trust);
      await replacePath(cluster, { ...options, terminal });
      return;
    }
    const observation = await cluster.observe();
    ownership.refuseUnlessKeepers(observation);
    ownership.refuseAtLimit(observation, new Date());
    await rotate(cluster, { ...options, terminal, ask: "askToRenew" });
  });
}
