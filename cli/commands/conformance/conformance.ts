import type { Command } from "commander";

import { kubeConfigOf, namespaceOf } from "../../options/cluster-options";
import { namespaceOption, RepeatableOption, timeoutOption } from "../../options/option-types";
import { EXIT } from "../../terminal/failure";
import type { Terminal } from "../../terminal/terminal";
import type { ConformanceOptions } from "./request";

const HELP = `
Examples:
  # Show the plan
  gmsa conformance -n gmsa-test --credspec webapp1 --service-account web --dry-run

  # On a cluster with Windows nodes; the report is in report/
  gmsa conformance -n gmsa-test --credspec webapp1 --service-account web -o report/

  # A share and a SQL Server as well
  gmsa conformance -n gmsa-test --credspec webapp1 --service-account web -o report/ \\
    --target //fs01.contoso.com/data --sql sql01.contoso.com

Creates Pods of that service account on each version of Windows Server that nodes offer, asks klist and
nltest inside of them, restarts and replaces them, and writes the results to report.md, report.json and
junit.xml. To test a change and a revocation, it copies the credential spec and its grant, and changes the
copies: your own objects are never changed. Every object that it creates has the label gmsa.pepr.dev/conformance,
and is removed at the end, after Ctrl-C and after a failure. If an object cannot be removed, it is listed with
the command that removes it.

The report names the account, its domain, nodes and images, and the beginning of what klist and nltest
print. It does not contain environment variables or contents of credential specs. Read it before you publish it.

Needs to list nodes; to get gmsacredentialspecs and serviceaccounts; to get, create and delete pods, update
pods/ephemeralcontainers, get and create pods/exec and list events in the namespace; to create and delete
gmsacredentialspecs, clusterroles and rolebindings, and to update gmsacredentialspecs. With RBAC you can
grant only what you may do yourself, unless you may "bind" and "escalate".

Exit codes: 0 nothing failed, and nothing is unknown; 1 otherwise; 2 wrong usage.`;

/** Milliseconds. An image of Windows Server Core has several gigabytes. */
const START_MS = 15 * 60_000;
const ANSWER_MS = 60_000;

/** Adds `gmsa conformance`. */
export function addConformance(program: Command, terminal: Terminal): void {
  program
    .command("conformance")
    .description("run Pods on the Windows nodes of a cluster, and write a report of what works")
    .addOption(namespaceOption("namespace of the Pods (default: that of the context)"))
    .option("--credspec <name>", "GMSACredentialSpec that the Pods name")
    .option("--service-account <name>", "service account of the Pods, which may use it")
    .option("--target <path>", "also read this share, such as //fs01.contoso.com/data")
    .option("--sql <server>", "also log in to this SQL Server, such as sql01.contoso.com,1433")
    .addOption(
      new RepeatableOption(
        "--image <image>",
        "image of the containers, or 2022=image for one version (default: Windows Server Core)",
      ),
    )
    .option("-o, --output <folder>", "folder that the report is written to")
    .option("--dry-run", "print the cases and the objects, and create nothing")
    .option("--yes", "do not prompt")
    .addOption(timeoutOption("longest time for one answer", ANSWER_MS))
    .addOption(timeoutOption("how long a container may take to start", START_MS, "--start-timeout"))
    .addHelpText("after", HELP)
    .action(async (options: ConformanceOptions, command: Command) => {
      const [{ conform }, { requestOf }] = await Promise.all([
        import("./conform"),
        import("./request"),
      ]);
      const kubeConfig = await kubeConfigOf(command);
      const namespace = namespaceOf(options, kubeConfig) ?? "default";
      const request = requestOf({ ...options, namespace });
      process.exitCode = (await conform(kubeConfig, request, terminal)) ? EXIT.ok : EXIT.failed;
    });
}
