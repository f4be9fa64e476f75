import { Command } from "commander";

import { kubeConfigOf } from "../../options/cluster-options";
import { EXIT } from "../../terminal/failure";
import { printResult } from "../../terminal/output";
import { outputOption, type OutputFormat } from "../../terminal/output-format";
import type { Terminal } from "../../terminal/terminal";

const EXAMPLES = `
Examples:
  # Who manages the certificate, when it expires, who trusts it and who serves it
  gmsa certs status

  # For programs
  gmsa certs status -o json

Needs to get Secrets pepr-gmsa-tls and pepr-gmsa-api-path and both webhook configurations, to list
Pods, and to get and create pods/portforward to see their certificates. If the Secret has another name, it also
needs to get deployment/pepr-gmsa-certificates, which names it.

Exit codes: 0 no problems, or only warnings (!); 1 problems, each with its remedy; 2 wrong usage.`;

/** Adds `gmsa certs status`. */
export function addStatus(certs: Command, terminal: Terminal): void {
  certs
    .command("status")
    .description("show the serving certificate, who trusts it, and what the replicas serve")
    .addOption(outputOption())
    .addHelpText("after", EXAMPLES)
    .action(async ({ output }: { output: OutputFormat }, command: Command) => {
      const [{ KubeCertificates }, { readCertificates }, { statusOf }] = await Promise.all([
        import("../../certificates/kube-certificates"),
        import("../../certificates/read"),
        import("../../certificates/certificate-status"),
      ]);
      const cluster = await KubeCertificates.connect(await kubeConfigOf(command));
      const status = statusOf(await readCertificates(cluster, new Date()));
      const { statusTable } = await import("./certs-table");
      await printResult(terminal, output, {
        value: status,
        table: () => statusTable(status, terminal.colours),
      });
      process.exitCode = status.healthy ? EXIT.ok : EXIT.failed;
    });
}
