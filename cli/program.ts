import { Option, type Command } from "commander";

import { version } from "../package.json";
import { addCerts } from "./commands/certs/certs";
import { describeOption } from "./options/check-options";
import { addClusterName, addClusterOptions } from "./options/cluster-options";
import { addCompletion } from "./commands/completion/completion";
import { addConformance } from "./commands/conformance/conformance";
import { addConvert } from "./commands/credspecs/convert";
import { addCreate } from "./commands/credspecs/create";
import { addDoctor } from "./commands/doctor/doctor";
import { addExplain } from "./commands/explain/explain";
import { addGraph } from "./commands/graph/graph";
import { addGrant } from "./commands/grants/grant";
import { addRevoke } from "./commands/grants/revoke";
import { addWhoCan } from "./commands/grants/who-can";
import { addLint } from "./commands/lint/lint";
import { addManual } from "./commands/manual/manual";
import { addStatus } from "./commands/status/status";
import { addTest } from "./commands/dry-run/dry-run";
import { addVersion } from "./commands/version/version";
import { KubectlCommand } from "./options/kubectl-command";
import { chooseColours, COLOUR_MODES, type ColourMode } from "./terminal/colours";
import { chooseQuiet, type Terminal } from "./terminal/terminal";

/** Options that every command has. */
interface ChosenOptions {
  color: ColourMode;
  quiet?: boolean;
}

const SUMMARY = "run Pods as Active Directory accounts";

const EXIT_CODES = `
Exit codes: 0 done, or no problems; 1 failed, or problems found; 2 wrong usage.
Installed in PATH as kubectl-gmsa, it is also "kubectl gmsa".`;

/** Defines all commands. Each command loads its heavy dependencies only when it runs. */
export function createProgram(name: string, terminal: Terminal): Command {
  const program = new KubectlCommand(name)
    .description(`GMSA for Kubernetes: ${SUMMARY}`)
    .summary(SUMMARY)
    .version(version, "-V, --version")
    .configureHelp({ showGlobalOptions: true, optionDescription: describeOption })
    .addHelpText("after", EXIT_CODES)
    .addOption(
      new Option("--color <when>", "when to colour the output")
        .choices(COLOUR_MODES)
        .default("auto"),
    )
    .option("-q, --quiet", "print results, warnings and errors only, without progress and notes")
    .hook("preAction", (_, command) => {
      const { color, quiet = false } = command.optsWithGlobals<ChosenOptions>();
      chooseColours(color);
      chooseQuiet(quiet);
    })
    // Throw instead of exiting, so that main.ts chooses the exit code.
    .exitOverride();
  addClusterOptions(program);
  program.commandsGroup("Credential specs:");
  addConvert(program, terminal);
  addCreate(program, terminal);
  program.commandsGroup("Who may use them:");
  addGrant(program, terminal);
  addRevoke(program, terminal);
  addWhoCan(program, terminal);
  program.commandsGroup("Manifests:");
  addLint(program, terminal);
  addTest(program, terminal);
  program.commandsGroup("The cluster:");
  addStatus(program, terminal);
  addDoctor(program, terminal);
  addGraph(program, terminal);
  addConformance(program, terminal);
  addCerts(program, terminal);
  program.commandsGroup("Others:");
  addExplain(program, terminal);
  addVersion(program, terminal);
  addCompletion(program, terminal);
  addManual(program, terminal);
  program.helpCommand("help [command]", "display help for a command");
  addClusterName(program);
  pointToOwnHelp(program, name);
  return program;
}

/** Lets a usage error of a command point to that command's help. */
function pointToOwnHelp(command: Command, name: string): void {
  command.showHelpAfterError(`See \`${name} --help\`.`);
  for (const subcommand of command.commands) {
    pointToOwnHelp(subcommand, `${name} ${subcommand.name()}`);
  }
}
