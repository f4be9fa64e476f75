import { Command, Option } from "commander";

import { plainAccountName } from "../../../rules/credspec/checks/account-names";
import { EXIT, Failure } from "../../terminal/failure";
import type { Terminal } from "../../terminal/terminal";
import type { CredspecParts, CredspecTexts } from "./compose";
import { CREATE_FIELDS, completeTexts, missingFields } from "./create-fields";
import { objectNameFrom } from "../../../rules/object";
import {
  addPortableOptions,
  isChosen,
  portableIdentityOf,
  requireAll,
  type PortableOptions,
} from "./portable-options";
import {
  addRbacOptions,
  serviceAccountsOf,
  type RbacOptions,
} from "../../options/service-account-options";
import { rbacObjectsFor } from "../../../rules/rbac/use-grant";
import { sayProblems } from "../../terminal/problems";

const HELP = `
On a terminal, gmsa prompts for every value not given as an option. Get-ADDomain, on any machine with
the PowerShell module ActiveDirectory, shows the values of the domain. The credential spec has the form
in which New-CredentialSpec writes it; probable mistakes are reported on stderr.

Examples:
  # With prompts
  gmsa create

  # For nodes that are joined to the domain
  gmsa create --account webapp1 --domain contoso.com --netbios-name CONTOSO \\
    --sid S-1-5-21-1957390241-3086214477-2670915583 --guid 6f5e2c1a-3b7d-4c8e-9a41-0d2b7c9e5f13

  # For nodes of AKS, with the right to use it
  gmsa create ... --plugin aks --aks-identity 4b1c6d0e-52a7-4f3b-9d18-6c0a7e2f9b35 \\
    --aks-secret https://contoso-gmsa.vault.azure.net/secrets/gmsa-reader \\
    --rbac --service-account shop/webapp1 | kubectl apply -f -

  # For nodes of EKS, with a secret of Secrets Manager or a parameter of Systems Manager
  gmsa create ... --plugin aws-secrets-manager \\
    --aws-secret arn:aws:secretsmanager:eu-central-1:111122223333:secret:gmsa-reader-AbCdEf
  gmsa create ... --plugin aws-ssm \\
    --aws-parameter arn:aws:ssm:eu-central-1:111122223333:parameter/gmsa-reader

  # For the account provider of Rancher
  gmsa create ... --plugin rancher --rancher-namespace cattle-windows-gmsa-system \\
    --rancher-secret gmsa-reader

Exit codes: 0 done; 1 Windows cannot use these values, and nothing is printed; 2 wrong usage.`;

interface Options extends Partial<Record<TextOption, string>>, PortableOptions, RbacOptions {
  additionalAccount?: string[];
  name?: string;
  output: "yaml" | "json";
}

/** Names of the fields' options in commander. */
type TextOption = Exclude<keyof CredspecTexts, "netBiosName"> | "netbiosName";

/** Adds `gmsa create`. */
export function addCreate(program: Command, terminal: Terminal): void {
  const command = program
    .command("create")
    .description("create a GMSACredentialSpec from the values of the account and its domain");
  for (const { option, what, fallback } of CREATE_FIELDS) {
    const otherwise = fallback === undefined ? "" : ` (default: ${fallback.what})`;
    command.option(`--${option}`, `${what}${otherwise}`);
  }
  command.option(
    "--additional-account <name...>",
    "another account of the domain, or name@domain; can be given several times",
  );
  addPortableOptions(command)
    .option("--name <name>", "name of the object (default: after the account)")
    .addOption(
      new Option("-o, --output <format>", "how to print it")
        .choices(["yaml", "json"])
        .default("yaml"),
    );
  addRbacOptions(command)
    .addHelpText("after", HELP)
    .action((options: Options) => create(options, terminal));
}

async function create(options: Options, terminal: Terminal): Promise<void> {
  const accounts = serviceAccountsOf(options);
  await requireAccounts(options.additionalAccount);
  const { name, ...parts } = await partsOf(options, terminal);
  if (name === "") throw new Failure("no name can be derived", "Give one with --name.");
  const [{ composeCredspec }, { checkCredspec }, { credspecObject }, { yamlOf, yamlStream }] =
    await Promise.all([
      import("./compose"),
      import("../../../rules/credspec/checks/check-credspec"),
      import("./credspec-yaml"),
      import("../../terminal/yaml"),
    ]);
  const credspec = composeCredspec(parts);
  const problems = checkCredspec(credspec);
  const isSound = sayProblems(terminal, "", problems);
  // Fail instead of only warning, because the user may pipe the output and overlook a warning.
  if (!isSound || problems.some(({ reason }) => reason === "placeholders")) {
    throw new Failure("Windows cannot use this credential spec; nothing was created");
  }
  const objects = [credspecObject({ name, credspec }), ...rbacObjectsFor(name, accounts)];
  terminal.print(
    options.output === "json"
      ? JSON.stringify(objects.length === 1 ? objects[0] : listOf(objects), null, 2)
      : yamlStream(objects.map(yamlOf)).trimEnd(),
  );
}

/** @throws Failure if an additional account is neither a name nor name@domain. */
async function requireAccounts(accounts: readonly string[] = []): Promise<void> {
  const { isAdditionalAccount } = await import("./compose");
  const unclear = accounts.find(account => !isAdditionalAccount(account));
  if (unclear === undefined) return;
  throw new Failure(
    `--additional-account ${unclear}: it must be a name, or name@domain`,
    "See gmsa create --help",
    EXIT.usage,
  );
}

/** Takes the values from the options, and asks for missing ones on a terminal. */
async function partsOf(
  options: Options,
  terminal: Terminal,
): Promise<CredspecParts & { name: string }> {
  const known = {
    texts: textsOf(options),
    additionalAccounts: options.additionalAccount,
    portable: portableIdentityOf(options),
    name: options.name === undefined ? undefined : await namedBy(options.name, terminal),
  };
  const isComplete = missingFields(known.texts).length === 0 && !isChosen(known.portable);
  if (!isComplete && process.stdin.isTTY && process.stderr.isTTY) {
    const { askFor } = await import("./create-questions");
    return askFor(known);
  }
  requireTexts(known.texts);
  const texts = completeTexts(known.texts);
  return {
    ...texts,
    additionalAccounts: known.additionalAccounts ?? [],
    portable: isChosen(known.portable) ? requireAll(known.portable) : known.portable,
    name: known.name ?? objectNameFrom(plainAccountName(texts.account)),
  };
}

/** @throws Failure that lists the missing options, and where to get their values. */
function requireTexts(texts: Partial<CredspecTexts>): void {
  const missing = missingFields(texts);
  if (missing.length === 0) return;
  const lines = missing.map(({ option, what, source }) => `  --${option}  ${what}: ${source}`);
  throw new Failure(
    `missing options (there is no terminal to prompt on):\n${lines.join("\n")}`,
    "See `gmsa create --help`.",
    EXIT.usage,
  );
}

function textsOf({ netbiosName, ...options }: Options): Partial<CredspecTexts> {
  const all: Partial<CredspecTexts> = { ...options, netBiosName: netbiosName };
  return Object.fromEntries(
    CREATE_FIELDS.flatMap(({ key }) => (all[key] === undefined ? [] : [[key, all[key].trim()]])),
  );
}

/**
 * Returns a valid name, and prints a note if it differs from the wanted one.
 *
 * @throws Failure if it is a placeholder.
 */
async function namedBy(wanted: string, terminal: Terminal): Promise<string> {
  const { chooseGivenName } = await import("./name-choice");
  const { name, note } = chooseGivenName(wanted);
  if (note !== undefined) {
    terminal.say(note);
  }
  return name;
}

function listOf(items: object[]): object {
  return { apiVersion: "v1", kind: "List", items };
}
