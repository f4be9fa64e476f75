import { InvalidArgumentError, Option, type Command } from "commander";

import { parseLabelQuery, type LabelQuery } from "../../rules/label-query";
import { kindNamesOf } from "../../rules/workload/kind-name";
import { namespaceOption, RepeatableOption } from "./option-types";

/** The option `-l`. A text that the API server does not accept as a selector is a usage error. */
export function selectorOption(description: string): Option {
  return new Option("-l, --selector <labels>", `${description}, such as app=web,!canary`).argParser(
    (text): LabelQuery => {
      const parsed = parseLabelQuery(text);
      if ("query" in parsed) return parsed.query;
      throw new InvalidArgumentError(`${parsed.problem}.`);
    },
  );
}

/** The option `--kind`. A name without a group is a usage error. */
export function kindOption(): Option {
  const option = new RepeatableOption(
    "--kind <kind>",
    "include these custom resources, such as rollouts.argoproj.io",
  );
  return option.argParser((text: string, before: string[] | undefined) => {
    const kinds = text.split(",");
    const wrong = kinds.find(kind => kindNamesOf(kind).length === 0);
    if (wrong === undefined) return [...(before ?? []), ...kinds];
    throw new InvalidArgumentError(
      `"${wrong}" must be RESOURCE.GROUP or GROUP/KIND, such as rollouts.argoproj.io or argoproj.io/Rollout.`,
    );
  });
}

/** Adds `-n` and `-A` to a command that uses all namespaces by default. */
export function addNamespaceFilter(command: Command, description: string): Command {
  return command
    .addOption(namespaceOption(`${description} (default: all)`))
    .option("-A, --all-namespaces", "all namespaces, even if -n is given");
}

/** The namespace that the options of addNamespaceFilter select. Undefined means all namespaces. */
export function filteredNamespace({
  namespace,
  allNamespaces,
}: {
  namespace?: string;
  allNamespaces?: boolean;
}): string | undefined {
  return allNamespaces === true ? undefined : namespace;
}

/**
 * The message if no workload was found.
 *
 * @param namespace undefined for all namespaces.
 */
export function noWorkloads(namespace: string | undefined): string {
  return namespace === undefined
    ? "No workload uses GMSA."
    : `No workload uses GMSA in namespace ${namespace}; add -A for all namespaces.`;
}
