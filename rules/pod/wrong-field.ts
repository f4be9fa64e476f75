/** Misspelt and misplaced fields, and their corrections if there is only one right answer. */
import { isDeepStrictEqual } from "node:util";

import { isOnlyNear, plainWord } from "../near";
import { valueAt } from "../object";
import type { Edit, Fix, FieldPath } from "../problem";
import { ALL, CONTENTS, CONTEXT, isHolder } from "./security-fields";

/** A field that the API server refuses or drops. */
export interface WrongField {
  /** The path from the root of the object. */
  path: FieldPath;
  /** The field that was probably meant; a path from the spec of the Pod or the container. */
  meant: string;
  /** Whether the field is in the wrong place. Otherwise only its name is wrong. */
  isMisplaced: boolean;
  /** Whether it requests a GMSA identity. */
  isGmsa: boolean;
  /** Absent if more than one correction is possible. */
  fix?: Fix;
}

/** A correction that keeps the value. */
interface Correction extends Fix {
  edit: Extract<Edit, { kind: "key" | "move" }>;
}

/**
 * Adds the correction, if there is one.
 *
 * @param pod the root of the path, to recognise a field that only repeats the right one.
 */
export function withFix(field: WrongField, pod?: object): WrongField {
  const fix = fixOf(field);
  return fix === undefined
    ? field
    : { ...field, fix: pod === undefined ? fix : shortened(fix, pod) };
}

/**
 * Returns a correction if only one place and one name can be meant. Contents have none: they are refused
 * without a name, and not needed next to one.
 */
function fixOf({ path, meant, isMisplaced }: WrongField): Correction | undefined {
  if (keyIn(meant) === CONTENTS) return undefined;
  if (isMisplaced) return moveTo(meant, path);
  const key = String(path.at(-1));
  // Its value has shown that the field for the name was meant.
  const isContents = plainWord(key) === plainWord(CONTENTS);
  return isContents || isOnlyNear(key, meant, ALL)
    ? { path, edit: { kind: "key", to: meant } }
    : undefined;
}

/** The last key of a path such as `securityContext.windowsOptions`. */
function keyIn(meant: string): string {
  return meant.replace(/^.*\./, "");
}

/**
 * Moves a field from the spec of the Pod, from a container, or from its security context into that
 * holder's windowsOptions.
 */
function moveTo(meant: string, path: FieldPath): Correction | undefined {
  const above = path.slice(0, -1);
  const holder = above.at(-1) === CONTEXT ? above.slice(0, -1) : above;
  if (!isHolder(holder) || !isOnlyNear(String(path.at(-1)), keyIn(meant), ALL)) {
    return undefined;
  }
  return { path, edit: { kind: "move", to: [...holder, ...meant.split(".")] } };
}

/** A field that repeats the value of the right one is only left over. */
function shortened(fix: Correction, pod: object): Fix {
  const { path, edit } = fix;
  const right = edit.kind === "move" ? edit.to : [...path.slice(0, -1), edit.to];
  const isRepeated = isDeepStrictEqual(valueAt(pod, right), valueAt(pod, path));
  return isRepeated ? { path, edit: { kind: "remove" } } : fix;
}
