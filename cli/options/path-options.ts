import type { Command } from "commander";

import { RepeatableOption } from "./option-types";

/** The parsed options of addPathOptions, without the paths. */
export interface PathOptions {
  filename?: string[];
  recursive?: boolean;
  kustomize?: string[];
  ignore?: string[];
  verbose?: boolean;
}

/** Adds the ways to name the input: paths of a repository, `-f` and `-R` as in kubectl, and `-k`. */
export function addPathOptions(command: Command, filename: string): Command {
  return command
    .argument("[file...]", "files, folders with all below them, patterns in quotes, or - for stdin")
    .option("-f, --filename <file...>", filename)
    .option("-R, --recursive", "with -f, search subdirectories too")
    .addOption(
      new RepeatableOption("-k, --kustomize <folder>", "a kustomization, rendered by kubectl"),
    )
    .addOption(
      new RepeatableOption(
        "--ignore <pattern>",
        "leave these out of the paths, as a line of .gitignore does",
      ),
    )
    .option("-v, --verbose", "show which files are skipped, and why");
}
