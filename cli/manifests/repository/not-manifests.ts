/** Pure: which files of a repository do not hold objects for a cluster, and what they hold. */
import { basename } from "node:path";

import { KNOWN_KEYS } from "../../../rules/credspec/checks/schema";
import { isTemplate, type TextDocument } from "../documents";
import { isMapping } from "../lists";
import { isNothing } from "../manifests";
import { isKustomization } from "./kustomizations";

/** The first keys of an object. A document with two of them is intended as one. */
const KEYS = ["apiversion", "kind", "metadata"];
const WRITTEN_KEYS = KEYS.map(key => new RegExp(`\\b${key}["']?\\s*:`, "i"));
const KIND = /\bkind["']?\s*:/i;
/** For a credential spec, the kind alone is enough. */
const GMSA_KIND = /gmsa|credentialspec/i;
/** A key in double quotes may have escapes. */
const MAY_BE_ESCAPED = /\\[uUx\r\n]/;
const CREDSPEC_KEYS = KNOWN_KEYS.credspec ?? [];

/**
 * Whether a text may hold an object, valid or not. Does not parse YAML, so that it is quick for the thousands
 * of other files in a repository.
 */
export function mayHoldObjects(text: string): boolean {
  return (
    MAY_BE_ESCAPED.test(text) ||
    WRITTEN_KEYS.filter(key => key.test(text)).length > 1 ||
    (KIND.test(text) && GMSA_KIND.test(text))
  );
}

/** A description of the file if none of its documents is an object. Undefined otherwise. */
export function otherKindOf(
  name: string,
  text: string,
  documents: readonly TextDocument[],
): string | undefined {
  const values = documents.filter(({ value, failure }) => failure ?? !isNothing(value));
  const isObject = values.some(({ value, failure, text: part }) =>
    failure === undefined ? isMeant(value) : mayHoldObjects(part) && !isTemplate(part),
  );
  if (isObject) return undefined;
  if (values.length === 0) return "empty";
  if (values.some(({ failure, text: part }) => failure !== undefined && isTemplate(part))) {
    return "a template that must be rendered";
  }
  return describe(name, text);
}

/** Whether a value was intended as an object. */
function isMeant(value: unknown): boolean {
  if (!isMapping(value)) return false;
  const keys = new Set(Object.keys(value).map(key => key.toLowerCase()));
  const { kind } = value as { kind?: unknown };
  return (
    KEYS.filter(key => keys.has(key)).length > 1 ||
    (typeof kind === "string" && GMSA_KIND.test(kind))
  );
}

/** Describes a file that is not an object, to explain why it was skipped. */
export function describe(name: string, text: string): string {
  const file = basename(name);
  if (file === "Chart.yaml") return "the description of a Helm chart";
  if (isKustomization(file)) return "a kustomization; lint the output of `kubectl kustomize`";
  if (CREDSPEC_KEYS.some(key => text.includes(key))) {
    return "a credential spec for Docker; `gmsa convert` converts it to a manifest";
  }
  return text.trim() === "" ? "empty" : "not a Kubernetes object";
}
