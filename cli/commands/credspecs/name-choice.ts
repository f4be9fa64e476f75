import { EXIT, Failure } from "../../terminal/failure";
import { placeholderIn } from "../../../rules/placeholder";
import type { TextFile } from "../../manifests/text-file";
import { basename, extname } from "node:path";
import { isObjectName, LONGEST_NAME, NAME_RULE, objectNameFrom } from "../../../rules/object";

/** A name for a credential spec, with an optional note for the user. */
export interface NameChoice {
  /** Empty if no name can be derived. */
  name: string;
  note?: string;
  /** The placeholder in the wanted name, if it has one. */
  placeholder?: string;
}

/** File names that do not identify the account. */
const GENERAL = ["credspec", "credentialspec"];

/** The name that the user gave, or the most similar valid one. */
function chooseName(wanted: string): NameChoice {
  const placeholder = placeholderIn(wanted);
  const choice = isObjectName(wanted) ? { name: wanted } : nearestTo(wanted);
  return placeholder === undefined ? choice : { ...choice, placeholder };
}

/**
 * Chooses a name that the user gave in an option.
 *
 * @throws Failure if it is a placeholder.
 */
export function chooseGivenName(wanted: string): NameChoice {
  const choice = chooseName(wanted);
  if (choice.placeholder === undefined) return choice;
  throw new Failure(
    `--name ${wanted} is a placeholder that was not replaced`,
    "Give the name that Pods and roles use.",
    EXIT.usage,
  );
}

/** A name derived from the file, or from the account if the file's name is too general. */
export function nameAfter({ name: file }: TextFile, credspec: unknown): NameChoice {
  const base = basename(file, extname(file));
  if (file !== "stdin" && !GENERAL.includes(base.toLowerCase())) return chooseName(base);
  const name = objectNameFrom(accountOf(credspec));
  return name === "" ? { name } : { name, note: `named ${name}, after the account` };
}

function nearestTo(wanted: string): NameChoice {
  const name = objectNameFrom(wanted);
  const rule =
    wanted.length > LONGEST_NAME ? `at most ${LONGEST_NAME} characters` : `${NAME_RULE} only`;
  return { name, note: `an object cannot be named ${wanted} (${rule}); it is named ${name}` };
}

/** The account's name in a value of any shape. Empty if it has none. */
function accountOf(credspec: unknown): string {
  const { DomainJoinConfig, ActiveDirectoryConfig } = credspec as Partial<
    Record<string, Partial<Record<string, unknown>> | null>
  >;
  const accounts = ActiveDirectoryConfig?.["GroupManagedServiceAccounts"];
  const first: unknown = Array.isArray(accounts) ? accounts[0] : undefined;
  const name =
    DomainJoinConfig?.["MachineAccountName"] ??
    (first as { Name?: unknown } | null | undefined)?.Name;
  return typeof name === "string" ? name.replace(/^.*\\/, "") : "";
}
