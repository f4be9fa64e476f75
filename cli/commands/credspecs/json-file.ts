import { hasDuplicateKeys } from "../../../rules/json-object";
import { contentsWithin } from "../../../rules/credspec/near-kind";
import { fieldOf } from "../../../rules/problem";
import { CREDSPEC_KIND } from "../../../rules/credspec/resource";
import { CREDSPEC, keysOf } from "../../../rules/credspec/checks/fields";
import { KNOWN_KEYS } from "../../../rules/credspec/checks/schema";
import { isMapping } from "../../manifests/lists";
import { DEEPEST, nestingOf } from "../../manifests/json-nesting";
import type { TextFile } from "../../manifests/text-file";
import { mayHaveLost } from "./exact-json";
import type { NamedCredspec } from "./credspec-yaml";

/** The contents of a JSON file of New-CredentialSpec, or why it cannot be read. */
export type JsonFile =
  | ({ outcome: "credspec"; hasDuplicateKeys: boolean } & Omit<NamedCredspec, "name">)
  | { outcome: "problem"; line: number; message: string };

const KEYS = KNOWN_KEYS[keysOf(CREDSPEC)] ?? [];
const IS_RESOURCE = `this is already a ${CREDSPEC_KIND}; --to json converts it to JSON`;

/** Reads the JSON of New-CredentialSpec. */
export async function readJsonFile({ text }: TextFile): Promise<JsonFile> {
  const unreadable = whyUnreadable(text);
  if (unreadable !== undefined) return { outcome: "problem", line: 1, message: unreadable };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const { syntaxProblemOf } = await import("./json-syntax");
    return { outcome: "problem", ...syntaxProblemOf(text) };
  }
  if (!isMapping(value)) {
    const message = `a credential spec must be a JSON object, and this is not one${elsewhere(value)}`;
    return { outcome: "problem", line: 1, message };
  }
  const message = whyNoCredspec(value);
  if (message !== undefined) return { outcome: "problem", line: 1, message };
  const isTwice = hasDuplicateKeys(text, value);
  return {
    outcome: "credspec",
    credspec: value,
    hasDuplicateKeys: isTwice,
    ...(isTwice || mayHaveLost(value) ? { exactJson: text } : {}),
  };
}

/** Why it is pointless to parse a text as JSON. */
function whyUnreadable(text: string): string | undefined {
  if (text.trim() === "") return "the file is empty; New-CredentialSpec writes JSON";
  if (/^kind:\s*GMSACredentialSpec\b/m.test(text)) return IS_RESOURCE;
  return nestingOf(text) > DEEPEST
    ? `not a credential spec: it is nested more than ${DEEPEST} levels deep`
    : undefined;
}

function whyNoCredspec(value: object): string | undefined {
  if ((value as { kind?: unknown }).kind === CREDSPEC_KIND) return IS_RESOURCE;
  const keys = Object.keys(value).map(key => key.toLowerCase());
  return KEYS.some(key => keys.includes(key.toLowerCase()))
    ? undefined
    : `not a credential spec: it has none of the keys ${KEYS.join(", ")}${elsewhere(value)}`;
}

/** Where the contents are, if they are part of something else. */
function elsewhere(value: unknown): string {
  const path = contentsWithin(value);
  return path === undefined
    ? ""
    : `; its contents are under ${fieldOf(path)}: convert what is there, without the rest`;
}
