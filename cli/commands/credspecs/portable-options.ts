import { Option, type Command } from "commander";

import { EKS_PLUGIN } from "../../../rules/credspec/checks/plugins";
import { EXIT, Failure } from "../../terminal/failure";
import type { PortableIdentity } from "./compose";
import {
  awsInput,
  identityOf,
  PLUGIN_CHOICES,
  type PluginChoice,
  type PluginValue,
} from "./plugin-choices";

/** The parsed options of addPortableOptions, by the names that commander gives them. */
export interface PortableOptions {
  plugin?: string;
  eksSecret?: string;
  pluginGuid?: string;
  pluginInput?: string;
}

/** A plug-in with missing values. */
export interface ChosenPlugin {
  choice: PluginChoice;
  /** By option name. */
  known: ReadonlyMap<string, string>;
  missing: readonly PluginValue[];
}

/** Adds the options for nodes that are not joined to the domain. */
export function addPortableOptions(command: Command): Command {
  command.addOption(
    new Option(
      "--plugin <name>",
      "for nodes outside of the domain: the plug-in that reads the credentials",
    ).choices(PLUGIN_CHOICES.map(({ name }) => name)),
  );
  for (const { name, values } of PLUGIN_CHOICES) {
    for (const { option, placeholder, what } of values) {
      command.option(`--${option} <${placeholder}>`, `${name}: ${what}`);
    }
  }
  return command
    .option("--eks-secret <arn>", "AWS: the same as --aws-secret or --aws-parameter")
    .option("--plugin-guid <guid>", "another plug-in: its class ID, in braces")
    .option(
      "--plugin-input <text>",
      "another plug-in: the input by which it finds the credentials",
    );
}

/**
 * The portable identity from the options, or the chosen plug-in if some of its values are missing. Undefined
 * without any of these options.
 *
 * @throws Failure if the options belong to several plug-ins, or a value is invalid.
 */
export function portableIdentityOf(
  options: PortableOptions,
): PortableIdentity | ChosenPlugin | undefined {
  const chosen = PLUGIN_CHOICES.flatMap(choice => chosenBy(choice, options) ?? []);
  const forms = [
    ...chosen.map(complete),
    ...(options.eksSecret === undefined
      ? []
      : [{ pluginGuid: EKS_PLUGIN.guid, pluginInput: awsInput([options.eksSecret]) }]),
    ...another(options),
  ];
  if (forms.length > 1)
    throw usage("options of two plug-ins are given; a credential spec names one");
  return forms[0];
}

/** Whether values are missing. */
export function isChosen(
  portable: PortableIdentity | ChosenPlugin | undefined,
): portable is ChosenPlugin {
  return portable !== undefined && "choice" in portable;
}

/** @throws Failure that lists the missing options. */
export function requireAll({ choice, missing }: ChosenPlugin): never {
  const names = missing.map(({ option }) => `--${option}`).join(" and ");
  throw usage(`--plugin ${choice.name} needs ${names}`);
}

function chosenBy(choice: PluginChoice, options: PortableOptions): ChosenPlugin | undefined {
  const given: Readonly<Record<string, string | undefined>> = { ...options };
  const known = new Map<string, string>();
  for (const value of choice.values) {
    const text = given[camelCase(value.option)]?.trim();
    if (text === undefined) continue;
    if (value.bearable !== true && !value.isRight(text)) {
      throw usage(`--${value.option} should be ${value.form}`);
    }
    known.set(value.option, text);
  }
  const missing = choice.values.filter(({ option }) => !known.has(option));
  return known.size > 0 || options.plugin === choice.name ? { choice, known, missing } : undefined;
}

function complete(chosen: ChosenPlugin): PortableIdentity | ChosenPlugin {
  const { choice, known, missing } = chosen;
  return missing.length > 0
    ? chosen
    : identityOf(
        choice,
        choice.values.map(({ option }) => known.get(option) ?? ""),
      );
}

function another({ pluginGuid, pluginInput }: PortableOptions): PortableIdentity[] {
  if (pluginGuid === undefined && pluginInput === undefined) return [];
  if (pluginGuid === undefined || pluginInput === undefined) {
    throw usage("--plugin-guid and --plugin-input go together");
  }
  return [{ pluginGuid, pluginInput }];
}

/** The option name as commander converts it. */
function camelCase(option: string): string {
  return option.replace(/-(.)/g, (_dash, letter: string) => letter.toUpperCase());
}

function usage(message: string): Failure {
  return new Failure(message, "See `gmsa create --help`.", EXIT.usage);
}
