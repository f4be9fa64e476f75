#!/usr/bin/env node
/** The command line tool `gmsa`, also `kubectl gmsa`. */
import { CommanderError } from "commander";
import { basename } from "node:path";

import { EXIT, Failure } from "./failure";
import { createProgram } from "./program";
import { processTerminal } from "./terminal";

async function main(): Promise<void> {
  const isPlugin = basename(process.argv[1] ?? "").startsWith("kubectl-gmsa");
  const name = isPlugin ? "kubectl gmsa" : "gmsa";
  const terminal = processTerminal();
  try {
    await createProgram(name, terminal).parseAsync();
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

/** commander has printed already; it ends with 0 when it was asked for help or the version. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  return error instanceof Failure ? error.exitCode : EXIT.failed;
}

void main();
