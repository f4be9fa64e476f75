import type { Command } from "commander";

import { isObjectName } from "../../../../rules/object";
import { kubeConfigOf, namespaceOf } from "../../../options/cluster-options";
import { confirmed, requireTerminal } from "../../../terminal/confirm";
import { timeoutOption, namespaceOption } from "../../../options/option-types";
import { EXIT, Failure } from "../../../terminal/failure";
import { printResult } from "../../../terminal/output";
import { outputOption, type OutputFormat } from "../../../terminal/output-format";
import type { Terminal } from "../../../terminal/terminal";
import type { ContainerReport, RunIn } from "./examine-pod";

const HELP = `
Examples:
  # Every container of a Pod that uses GMSA
  gmsa doctor pod web-0 -n shop

  # One container; reset its secure channel if it is broken
  gmsa doctor pod web-0 -n shop -c iis --repair

Checks the Pod first: the credential spec that it names, its contents, the node, and whether the container
runs. Then runs these programs inside the container, by exec:
  nltest /parentdomain          did the credential spec arrive
  nltest /dsgetdc:DOMAIN        does the domain resolve
  nltest /query                 is Netlogon logged on
  nltest /sc_verify:DOMAIN      is the secure channel up
  klist get krbtgt              does the account get Kerberos tickets
  powershell -EncodedCommand    DNS, ports and clock of the domain controllers
klist decides: if Kerberos works, problems of Netlogon are warnings. For a container that does not run, the
Pod's events, the codes of Windows in them, the build of its image and the RuntimeClass are checked. How
the account's password is retrieved is read from the credential spec and from deploy/windows/node-report.
--repair runs nltest /sc_reset:DOMAIN if the last two nltest calls fail, and repeats them; nothing in the
domain changes.

Needs to get pods, nodes and runtimeclasses, to list events, and to get and create pods/exec; in namespace
gmsa-node-report to list pods and to get pods/log. Whatever cannot be determined (a missing right, no nltest in
the image) is shown as unknown.

Exit codes: 0 no check fails, 1 one does (each with its remedy), 2 wrong usage.`;

/** Milliseconds. nltest itself gives up on a domain controller after about half a minute. */
const TIMEOUT_MS = 60_000;

interface PodOptions {
  container?: string;
  repair?: boolean;
  yes?: boolean;
  /** Milliseconds. */
  timeout: number;
}

/**
 * Options that `gmsa doctor` also has. commander assigns them to `gmsa doctor`, regardless of their position.
 */
interface SharedOptions {
  namespace?: string;
  output: OutputFormat;
  check?: string[];
  selector?: unknown;
  allNamespaces?: boolean;
}

/** Adds `gmsa doctor pod`. */
export function addDoctorPod(doctor: Command, terminal: Terminal): void {
  const ofProgram = doctor.parent?.options.filter(({ hidden }) => !hidden) ?? [];
  doctor
    .command("pod")
    .description("find out inside a running Pod why its account cannot log on")
    .argument("<name>", "name of the Pod")
    .addOption(namespaceOption("namespace of the Pod (default: that of the context)"))
    .option("-c, --container <name>", "this container only (default: all that use GMSA)")
    .addOption(outputOption())
    .option("--repair", "reset the secure channel if it is broken, after asking")
    .option("--yes", "do not prompt")
    .addOption(timeoutOption("longest time for one answer", TIMEOUT_MS))
    // Hide the options of gmsa doctor: those that apply to a Pod are options of this command too.
    .configureHelp({ ...doctor.configureHelp(), visibleGlobalOptions: () => ofProgram })
    .addHelpText("after", HELP)
    .action((name: string, options: PodOptions, command: Command) =>
      examinePod({ name: name.replace(/^(?:pods?|po)\//, ""), ...options }, command, terminal),
    );
}

async function examinePod(
  { name, container, repair = false, yes, timeout }: PodOptions & { name: string },
  command: Command,
  terminal: Terminal,
): Promise<void> {
  const { namespace: named, output, ...others } = command.optsWithGlobals<SharedOptions>();
  refuseWhatIsOfTheCluster(others);
  requirePodName(name);
  if (repair && yes !== true) {
    requireTerminal("--repair");
  }
  const [{ readPod }, { chosenContainers, containersOf }, inside, { execute }] = await Promise.all([
    import("./read-pod"),
    import("./container"),
    import("./examine-pod"),
    import("../../../inside/exec"),
  ]);
  const kubeConfig = await kubeConfigOf(command);
  const namespace = namespaceOf({ namespace: named }, kubeConfig) ?? "default";
  const { pod, ...surroundings } = await readPod(kubeConfig, { namespace, name });
  const containers = chosenContainers(`Pod ${namespace}/${name}`, containersOf(pod), container);
  const runIn: RunIn = (inContainer, words) =>
    execute(kubeConfig, words, {
      namespace,
      pod: name,
      container: inContainer,
      timeoutMs: timeout,
    });

  const reports = await terminal.whileReading(`Ask inside Pod ${namespace}/${name}`, () =>
    Promise.all(containers.map(each => inside.examineContainer(each, surroundings, runIn))),
  );
  const mayRepair = async (report: ContainerReport): Promise<boolean> =>
    inside.wantsRepair(report) &&
    (yes === true || confirmed(questionOn(report, `${namespace}/${name}`)));
  // In sequence, because each repair prompts the user.
  for (const [index, report] of reports.entries()) {
    if (repair && (await mayRepair(report))) {
      reports[index] = await terminal.whileReading("Reset the secure channel", () =>
        inside.repairContainer(report, runIn),
      );
    }
  }
  const report = inside.podReportOf({ namespace, pod: name }, reports);
  await printResult(terminal, output, {
    value: report,
    table: () => inside.podTable(report, terminal.colours),
  });
  process.exitCode = report.failed ? EXIT.failed : EXIT.ok;
}

/** @throws Failure for options of gmsa doctor that commander accepts here but that do not apply to a Pod. */
function refuseWhatIsOfTheCluster(options: Omit<SharedOptions, "namespace" | "output">): void {
  if (options.check !== undefined) {
    throw new Failure(
      "--check is for the cluster: for a Pod, all checks always run",
      "",
      EXIT.usage,
    );
  }
  if (options.selector !== undefined || options.allNamespaces !== undefined) {
    const problem = "`gmsa doctor pod` takes the name of one Pod, not -l or -A";
    throw new Failure(problem, "Run `kubectl get pods -l ...` to list Pods by label.", EXIT.usage);
  }
}

/** With an empty name, the API server would answer with the list of all Pods. */
function requirePodName(name: string): void {
  if (isObjectName(name)) return;
  const problem = `no Pod can be named "${name}"`;
  throw new Failure(problem, "Run `kubectl get pods` to list the existing ones.", EXIT.usage);
}

function questionOn({ container, domain }: ContainerReport, pod: string): string {
  return `Run \`nltest /sc_reset:${String(domain)}\` in container ${container} of Pod ${pod}?`;
}
