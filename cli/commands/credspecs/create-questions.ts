/** The questions of `gmsa create` on a terminal. */
import prompts, { type Choice, type PromptObject } from "prompts";

import { plainAccountName } from "../../../rules/credspec/checks/account-names";
import { checkCredspec } from "../../../rules/credspec/checks/check-credspec";
import { ACCOUNTS, DOMAIN } from "../../../rules/credspec/checks/fields";
import { AKS_PLUGIN, EKS_PLUGIN, isCredentialArn } from "../../../rules/credspec/checks/plugins";
import { isObjectName, NAME_RULE, objectNameFrom } from "../../../rules/object";
import { fieldOf, type FieldPath } from "../../../rules/problem";
import { isGuid, withoutBraces } from "../../../rules/text";
import { Failure } from "../../terminal/failure";
import {
  aksIdentity,
  eksIdentity,
  composeCredspec,
  type CredspecTexts,
  type PortableIdentity,
  type CredspecParts,
} from "./compose";
import { CREATE_FIELDS, completeTexts, type CreateField } from "./create-fields";

/** What is known before, and what is to be asked for otherwise. */
export interface Known {
  texts: Partial<CredspecTexts>;
  additionalAccounts: readonly string[] | undefined;
  portable: PortableIdentity | undefined;
  name: string | undefined;
}

/** Looks at an answer. */
type Check = (answer: string) => Complaint | undefined;

/**
 * Asks for all that is not known.
 *
 * @throws Failure if the user ends it.
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
  const portable = known.portable ?? (await askPortableIdentity());
  const name = known.name ?? (await askName(plainAccountName(said.account ?? "")));
  return { ...completeTexts(said), additionalAccounts, portable, name };
}

async function askAdditionalAccounts(): Promise<string[]> {
  const answer = await askText(
    "Additional accounts, such as logagent, sql@dev.contoso.com (none: just Enter)",
    () => undefined,
  );
  return answer
    .split(",")
    .map(account => account.trim())
    .filter(account => account !== "");
}

async function askPortableIdentity(): Promise<PortableIdentity | undefined> {
  const choices: Choice[] = [
    { title: "joined to the domain", value: "joined" },
    { title: `not joined, ${AKS_PLUGIN.title}`, value: "aks" },
    { title: `not joined, ${EKS_PLUGIN.title}`, value: "eks" },
    { title: "not joined, another plug-in", value: "other" },
  ];
  switch (await ask({ type: "select", name: "value", message: "The nodes are", choices })) {
    case "aks":
      return aksIdentity(
        await askText(
          "Object ID of the managed identity",
          suspicious(isGuid, "It should be a GUID, without braces."),
        ),
        await askText(
          "Address of the secret in Azure Key Vault",
          suspicious(
            answer => AKS_PLUGIN.accepts(aksIdentity(SOME_GUID, answer).pluginInput),
            "It should be like https://<key vault>.vault.azure.net/secrets/<secret>",
          ),
        ),
      );
    case "eks":
      return eksIdentity(
        await askText(
          "ARN of the secret or parameter in AWS",
          suspicious(
            isCredentialArn,
            "It should be like arn:aws:secretsmanager:<region>:<account>:secret:<secret>",
          ),
        ),
      );
    case "other":
      return {
        pluginGuid: `{${withoutBraces(
          await askText(
            "Class ID of the plug-in",
            suspicious(answer => isGuid(withoutBraces(answer)), "It should be a GUID."),
          ),
        )}}`,
        pluginInput: await askText(
          "Its input: where the credentials are, never the password",
          suspicious(
            answer => answer !== "",
            "It should be what the documentation of the plug-in says.",
          ),
        ),
      };
    default:
      return undefined;
  }
}

const SOME_GUID = "00000000-0000-0000-0000-000000000000";

function askName(account: string): Promise<string> {
  return askText(
    "Name of the GMSACredentialSpec",
    answer =>
      isObjectName(answer)
        ? undefined
        : { text: `It should be ${NAME_RULE} only.`, bearable: false },
    objectNameFrom(account),
  );
}

/** A check of answers that are hardly right, but can be. */
function suspicious(isRight: (answer: string) => boolean, text: string): Check {
  return answer => (isRight(answer) ? undefined : { text, bearable: true });
}

/** An answer with which a credspec can be made is taken when it is given a second time. */
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

/** Asks on stderr: stdout is for the result. */
async function ask(question: PromptObject<"value">): Promise<string> {
  const answers: { value?: unknown } = await prompts({ ...question, stdout: process.stderr });
  if (typeof answers.value !== "string") throw new Failure("ended by you; nothing was made");
  return answers.value;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1).replace(/ \(default: .*\)/, "");
}

/** Why an answer is not what was asked for. */
export interface Complaint {
  /** What it should be. */
  text: string;
  /** Whether a credspec can be made with it all the same. */
  bearable: boolean;
}

/** What is missing altogether if a field is empty. */
const MISSING_WITHOUT: Partial<Record<CreateField["key"], FieldPath>> = {
  account: ACCOUNTS,
  domain: DOMAIN,
};

/** What is wrong with an answer by the rules for its field; undefined if nothing is. */
export function complaintAbout({ key, path }: CreateField, answer: string): Complaint | undefined {
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
