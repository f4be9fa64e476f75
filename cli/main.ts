#!/usr/bin/env node
/** The command line tool `gmsa`, also run as `kubectl gmsa`. */
import { CommanderError } from "commander";
import { basename } from "node:path";

import { EXIT, Failure } from "./terminal/failure";
import { createProgram } from "./program";
import { processTerminal } from "./terminal/terminal";

/**
 * The name under which kubectl runs this program to complete a plugin's command line. The words of that line
 * are the arguments.
 */
const PLUGIN_COMPLETION = "kubectl_complete-gmsa";

async function main(): Promise<void> {
  process.stdout.on("error", endUnread);
  // stderr is closed, so the error cannot be reported.
  process.stderr.on("error", () => process.exit(EXIT.failed));
  const { name, argv } = calledAs(process.argv);
  const terminal = processTerminal();
  try {
    await createProgram(name, terminal).parseAsync(argv);
  } catch (error) {
    process.exitCode = exitCodeOf(error);
    if (error instanceof Failure) {
      terminal.say(`error: ${error.message}`);
      if (error.remedy !== "") {
        terminal.say(error.remedy);
      }
    } else if (!(error instanceof CommanderError)) {
      // Anything else is a bug, so print its stack trace.
      terminal.say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
  }
}

/** The reader of the output may close it early, as `head` does. Like kubectl, exit without a message. */
function endUnread({ code, message }: NodeJS.ErrnoException): never {
  if (code !== "EPIPE") {
    console.error(`error: the result cannot be written: ${message}`);
  }
  process.exit(EXIT.failed);
}

/** The command name for help and errors, and the arguments, both derived from the name of the executable. */
function calledAs([node = "", program = "", ...words]: string[]): { name: string; argv: string[] } {
  const file = basename(program);
  const completes = file.startsWith(PLUGIN_COMPLETION) ? ["complete", "--"] : [];
  return {
    name: file.startsWith("kubectl-gmsa") ? "kubectl gmsa" : "gmsa",
    argv: [node, program, ...completes, ...words],
  };
}

/** commander has already printed the error. Its exit code is 0 after help or the version. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  return error instanceof Failure ? error.exitCode : EXIT.failed;
}

void main();
