/** The questions of `gmsa create` on a terminal. */
import prompts, { type Choice, type PromptObject } from "prompts";

import { plainAccountName } from "../../../rules/credspec/checks/account-names";
import { checkCredspec } from "../../../rules/credspec/checks/check-credspec";
import { ACCOUNTS, DOMAIN } from "../../../rules/credspec/checks/fields";
import { isObjectName, NAME_RULE, objectNameFrom } from "../../../rules/object";
import { placeholderIn } from "../../../rules/placeholder";
import { fieldOf, type FieldPath } from "../../../rules/problem";
import { capitalised, isGuid, withoutBraces } from "../../../rules/text";
import { Failure } from "../../terminal/failure";
import {
  composeCredspec,
  isAdditionalAccount,
  type CredspecTexts,
  type PortableIdentity,
  type CredspecParts,
} from "./compose";
import { CREATE_FIELDS, completeTexts, type CreateField } from "./create-fields";
import { identityOf, PLUGIN_CHOICES, type PluginChoice } from "./plugin-choices";
import { isChosen, type ChosenPlugin } from "./portable-options";

/** The values from options. Missing ones are asked for. */
export interface Known {
  texts: Partial<CredspecTexts>;
  additionalAccounts: readonly string[] | undefined;
  portable: PortableIdentity | ChosenPlugin | undefined;
  name: string | undefined;
}

/** Checks an answer. */
type Check = (answer: string) => Complaint | undefined;

/**
 * Asks for all missing values.
 *
 * @throws Failure if the user cancels.
 */
export async function askFor(known: Known): Promise<CredspecParts & { name: string }> {
  const said = { ...known.texts };
  for (const field of CREATE_FIELDS) {
    said[field.key] ??= await askText(
      `${capitalised(field.what)}, ${field.source}`,
      answer => complaintAbout(field, answer),
      field.suggestion?.(completeTexts(said)),
    );
  }
  const additionalAccounts = known.additionalAccounts ?? (await askAdditionalAccounts());
  const portable = await portableIdentity(known.portable);
  const name = known.name ?? (await askName(plainAccountName(said.account ?? "")));
  return { ...completeTexts(said), additionalAccounts, portable, name };
}

async function askAdditionalAccounts(): Promise<string[]> {
  const answer = await askText(
    "Additional accounts, such as logagent, sql@dev.contoso.com (none: just Enter)",
    text =>
      accountsIn(text).every(isAdditionalAccount)
        ? undefined
        : { text: "Each should be a name, or name@domain.", bearable: false },
  );
  return accountsIn(answer);
}

function accountsIn(answer: string): string[] {
  return answer
    .split(",")
    .map(account => account.trim())
    .filter(account => account !== "");
}

async function portableIdentity(known: Known["portable"]): Promise<PortableIdentity | undefined> {
  if (known === undefined) return askPortableIdentity();
  return isChosen(known) ? askValues(known.choice, known.known) : known;
}

const ANOTHER = "another";

async function askPortableIdentity(): Promise<PortableIdentity | undefined> {
  const choices: Choice[] = [
    { title: "joined to the domain", value: "joined" },
    ...PLUGIN_CHOICES.map(({ name, title }) => ({ title: `not joined, ${title}`, value: name })),
    { title: "not joined, another plug-in", value: ANOTHER },
  ];
  const answer = await ask({ type: "select", name: "value", message: "The nodes are", choices });
  if (answer === ANOTHER) return askAnotherPlugin();
  const choice = PLUGIN_CHOICES.find(({ name }) => name === answer);
  return choice === undefined ? undefined : askValues(choice, new Map());
}

/** Asks for the values of a plug-in that are not set by options. */
async function askValues(
  choice: PluginChoice,
  known: ReadonlyMap<string, string>,
): Promise<PortableIdentity> {
  const texts: string[] = [];
  for (const { option, what, form, isRight, bearable = false } of choice.values) {
    texts.push(
      known.get(option) ??
        (await askText(capitalised(what), answer =>
          isRight(answer) ? undefined : { text: `It should be ${form}.`, bearable },
        )),
    );
  }
  return identityOf(choice, texts);
}

async function askAnotherPlugin(): Promise<PortableIdentity> {
  const guid = await askText(
    "Class ID of the plug-in",
    suspicious(answer => isGuid(withoutBraces(answer)), "It should be a GUID."),
  );
  const pluginInput = await askText(
    "Its input: where the credentials are, never the password",
    suspicious(
      answer => answer !== "",
      "It must have the form in the documentation of the plug-in.",
    ),
  );
  return { pluginGuid: `{${withoutBraces(guid)}}`, pluginInput };
}

function askName(account: string): Promise<string> {
  return askText(
    "Name of the GMSACredentialSpec",
    answer => {
      if (!isObjectName(answer)) {
        return { text: `It should be ${NAME_RULE} only.`, bearable: false };
      }
      const text = "This is a placeholder. It should be the name that Pods and roles use.";
      return placeholderIn(answer) === undefined ? undefined : { text, bearable: false };
    },
    objectNameFrom(account),
  );
}

/** A check for answers that are probably wrong but possible. */
function suspicious(isRight: (answer: string) => boolean, text: string): Check {
  return answer => (isRight(answer) ? undefined : { text, bearable: true });
}

/** If the complaint is `bearable`, the same answer is accepted the second time. */
async function askText(message: string, check: Check, initial?: string): Promise<string> {
  let insistedOn: string | undefined;
  const answer = await ask({
    type: "text",
    name: "value",
    message,
    ...(initial === undefined ? {} : { initial }),
    validate: (text: string) => {
      const trimmed = text.trim();
      const complaint = check(trimmed);
      if (complaint === undefined || (complaint.bearable && trimmed === insistedOn)) return true;
      insistedOn = trimmed;
      return complaint.bearable ? `${complaint.text} (Enter again to keep it.)` : complaint.text;
    },
  });
  return answer.trim();
}

/** Prompts on stderr, because stdout is for the result. */
async function ask(question: PromptObject<"value">): Promise<string> {
  const answers: { value?: unknown } = await prompts({ ...question, stdout: process.stderr });
  if (typeof answers.value !== "string") throw new Failure("interrupted; nothing was created");
  return answers.value;
}

/** A complaint about an answer. */
export interface Complaint {
  /** The expected form. */
  text: string;
  /** Whether a credential spec can be created with the answer anyway. */
  bearable: boolean;
}

/** The part of a credential spec that is missing if the field is empty. */
const MISSING_WITHOUT: Partial<Record<CreateField["key"], FieldPath>> = {
  account: ACCOUNTS,
  domain: DOMAIN,
};

/** The problem of an answer according to the rules for its field. Undefined if there is none. */
function complaintAbout({ key, path }: CreateField, answer: string): Complaint | undefined {
  const credspec = composeCredspec({
    ...completeTexts({ [key]: answer }),
    additionalAccounts: [],
    portable: undefined,
  });
  const within = [path, MISSING_WITHOUT[key] ?? path].map(fieldOf);
  const found = checkCredspec(credspec).find(({ places }) =>
    places.some(({ text }) => within.includes(text)),
  );
  return (
    found && {
      text: `It should be ${found.expected}: ${found.remedy}`,
      bearable: found.level === "warning",
    }
  );
}
