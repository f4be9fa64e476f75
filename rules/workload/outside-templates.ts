/**
 * Finds GMSA settings outside Pod templates. Controllers such as Argo Workflows, Tekton or Strimzi copy
 * them into the Pods that they create, in ways that only they know.
 */
import { groupOf, isObject, valueAt, type ObjectLike } from "../object";
import { isNear } from "../near";
import { CREDSPEC_KIND } from "../credspec/resource";
import { wrongSettingsOf } from "../pod/field-names";
import type { WrongField } from "../pod/wrong-field";
import { fieldOf, type FieldPath } from "../problem";
import { hasExpression } from "./expressions";
import { isKubernetesGroup } from "./kind-name";
import { templatePathsOf } from "./pod-template";

/** A setting, or a text or an object that may contain some. */
export interface OutsideSetting {
  path: FieldPath;
  /**
   * `name` and `contents` are the two fields of Windows options, `text` is a text in which one of them
   * has a value, `expression` is a name that the controller fills in, also in a Pod template, and
   * `credspec` is a whole GMSACredentialSpec.
   */
  kind: "name" | "contents" | "text" | "expression" | "credspec";
  /** Empty for an object. */
  value: string;
}

/** What an object has outside its Pod templates. */
export interface Outside {
  settings: OutsideSetting[];
  /** Settings in fields of a security context that do not exist. */
  wrongFields: WrongField[];
}

const FIELDS: Readonly<Record<string, "name" | "contents">> = {
  gmsaCredentialSpecName: "name",
  gmsaCredentialSpec: "contents",
};
/** Groups of policies and of test suites, which do not create Pods. */
const GROUPS_WITHOUT = /^(?:gmsa\.pepr\.dev|(?:.+\.)?kyverno\.io|.+\.gatekeeper\.sh)$/;
const SKIPPED = new Set(["apiVersion", "kind", "metadata", "status"]);
/** Maps with arbitrary keys. */
const FREE = new Set(["metadata", "labels", "matchLabels", "nodeSelector"]);
const CHART_VALUES = /^values/;
const SECURITY_CONTEXT = /securityContext$/i;
/** The end of a path in a text: a parameter of Helm or an operation of JSON Patch has its value beside it. */
const PATH_TO_FIELD = /[./](gmsaCredentialSpec(?:Name)?)$/;
/**
 * A field at the beginning of a line or of a mapping, with a value on the same line, or an argument of
 * Helm. A comparison, a schema or a sentence does not match.
 */
const FIELD_IN_TEXT =
  /(?:(?:^|[{,[]|\\n)[\s\\"'-]*gmsaCredentialSpec(?:Name)?[\\"']*[ \t]*:[ \t]*(?:\{\{|[^\s{])|windowsOptions\.gmsaCredentialSpec(?:Name)?=[^\s=])/m;
const WORD = "gmsaCredentialSpec";

/** Returns nothing for the workloads of Kubernetes, whose other fields have no effect. */
export function outsideTemplatesOf(object: ObjectLike): Outside {
  const found: Outside = { settings: [], wrongFields: [] };
  const group = groupOf(object);
  const isOfKubernetes = isKubernetesGroup(group) && !isConfigMap(object);
  if (isOfKubernetes || GROUPS_WITHOUT.test(group)) return found;
  const templates = new Set(templatePathsOf(object).map(path => fieldOf(path)));
  for (const [key, member] of Object.entries(object) as [string, unknown][]) {
    if (SKIPPED.has(key)) continue;
    visit(member, [key], { object, templates, holder: object, isTemplate: false, found });
  }
  const wrong = found.wrongFields.map(({ path }) => fieldOf(path));
  return {
    ...found,
    settings: found.settings.filter(
      ({ path }) => !path.some((_, index) => wrong.includes(fieldOf(path.slice(0, index + 1)))),
    ),
  };
}

function isConfigMap(object: ObjectLike): boolean {
  return object.apiVersion === "v1" && object.kind === "ConfigMap";
}

interface Visit {
  object: ObjectLike;
  /** The paths of templates, as text. */
  templates: ReadonlySet<string>;
  /** The object or list around the value. */
  holder: object;
  /** Within a Pod template, only expressions are of interest. */
  isTemplate: boolean;
  found: Outside;
}

function visit(value: unknown, path: FieldPath, at: Visit): void {
  const setting = settingAt(value, path, at);
  if (setting !== undefined) {
    if (!at.isTemplate || setting.kind === "expression") at.found.settings.push(setting);
  } else if (isObject(value)) {
    const isTemplate = at.isTemplate || (at.templates.size > 0 && at.templates.has(fieldOf(path)));
    if (!isTemplate) at.found.wrongFields.push(...wrongFieldsIn(value, path));
    const below = { ...at, holder: value, isTemplate };
    for (const [key, member] of membersOf(value)) visit(member, [...path, key], below);
  }
}

function membersOf(value: object): [string | number, unknown][] {
  if (Array.isArray(value)) return [...(value as unknown[]).entries()];
  return Object.entries(value).filter(([key]) => !FREE.has(key));
}

function settingAt(value: unknown, path: FieldPath, at: Visit): OutsideSetting | undefined {
  if (typeof value === "string") return settingIn(value, path, at);
  return isCredspec(value) ? { path, kind: "credspec", value: "" } : undefined;
}

/**
 * Only the fields that are certain. A custom kind may have a simpler security context, with fields of its
 * own, and so may the values of a chart.
 */
function wrongFieldsIn(value: object, path: FieldPath): WrongField[] {
  if (!SECURITY_CONTEXT.test(String(path.at(-1)))) return [];
  const isOfChart = path.some(part => CHART_VALUES.test(String(part)));
  return wrongSettingsOf(value, path).filter(
    ({ path: at, meant, isMisplaced }) =>
      !isMisplaced || (!isOfChart && isNear(String(at.at(-1)), meant.replace(/.*\./, ""))),
  );
}

function isCredspec(value: unknown): boolean {
  return (
    valueAt(value, ["kind"]) === CREDSPEC_KIND && typeof valueAt(value, ["apiVersion"]) === "string"
  );
}

function settingIn(
  text: string,
  path: FieldPath,
  { object, holder }: Visit,
): OutsideSetting | undefined {
  const kind = FIELDS[String(path.at(-1))];
  if (kind === undefined)
    return text.includes(WORD) ? settingInText(text, path, holder) : undefined;
  if (text === "" || isConfigMap(object)) return undefined;
  return { path, kind: hasExpression(object, text) ? "expression" : kind, value: text };
}

function settingInText(text: string, path: FieldPath, holder: object): OutsideSetting | undefined {
  const beside = valueAt(holder, ["value"]);
  const field = PATH_TO_FIELD.exec(text)?.[1] ?? "";
  if (field !== "" && typeof beside === "string" && beside !== "") {
    return { path: [...path.slice(0, -1), "value"], kind: FIELDS[field] ?? "text", value: beside };
  }
  return FIELD_IN_TEXT.test(text) ? { path, kind: "text", value: text } : undefined;
}
