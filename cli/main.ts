#!/usr/bin/env node
/** The command line tool `gmsa`, also `kubectl gmsa`. */
import { CommanderError } from "commander";
import { basename } from "node:path";

import { EXIT, Failure } from "./terminal/failure";
import { createProgram } from "./program";
import { processTerminal } from "./terminal/terminal";

/** What kubectl runs to complete the command line of a plugin, with the words of it. */
const PLUGIN_COMPLETION = "kubectl_complete-gmsa";

async function main(): Promise<void> {
  process.stdout.on("error", endUnread);
  // There is nowhere to say why.
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
      // A bug: its origin is what helps.
      terminal.say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
  }
}

/** Whoever read may have enough, such as `head`: kubectl ends without a word, too. */
function endUnread({ code, message }: NodeJS.ErrnoException): never {
  if (code !== "EPIPE") {
    console.error(`error: the result cannot be written: ${message}`);
  }
  process.exit(EXIT.failed);
}

/** By which name, and so with which words. */
function calledAs([node = "", program = "", ...words]: string[]): { name: string; argv: string[] } {
  const file = basename(program);
  const completes = file.startsWith(PLUGIN_COMPLETION) ? ["complete", "--"] : [];
  return {
    name: file.startsWith("kubectl-gmsa") ? "kubectl gmsa" : "gmsa",
    argv: [node, program, ...completes, ...words],
  };
}

/** commander has printed already; it ends with 0 when it was asked for help or the version. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  return error instanceof Failure ? error.exitCode : EXIT.failed;
}

void main();
