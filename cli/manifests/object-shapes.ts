/**
 * The structure that the rules expect of an object, because the API server would not decode it otherwise.
 * Only the fields that are read are checked.
 */
import * as z from "zod/mini";

import { isCredspec } from "../../rules/credspec/resource";
import { groupOf, isObject, valueAt, type ObjectLike } from "../../rules/object";
import { isKnownWorkload, templatePathsOf } from "../../rules/workload/pod-template";
import { isRuntimeClass } from "../../rules/pod/known-nodes";
import { CONTAINER_LISTS } from "../../rules/pod/windows-options";
import { RBAC_GROUP } from "../../rules/rbac/rbac-objects";
import type { FieldPath } from "../../rules/problem";

/** A problem of an object, and its field. */
export interface ShapeProblem {
  path: FieldPath;
  message: string;
  /** The value must be a string, and is a boolean or a number. */
  isText?: boolean;
}

const text = z.nullish(z.string());
const texts = z.nullish(z.array(z.string()));

const securityContext = z.nullish(
  z.object({
    windowsOptions: z.nullish(
      z.object({
        gmsaCredentialSpecName: text,
        gmsaCredentialSpec: text,
        hostProcess: z.nullish(z.boolean()),
      }),
    ),
  }),
);

const containersOf = (name: z.ZodMiniType): z.ZodMiniType =>
  z.nullish(z.array(z.object({ name, securityContext })));

/** The fields of every Kubernetes object. */
export const anyObject = z.object({
  apiVersion: z.string().check(z.minLength(1)),
  kind: z.string().check(z.minLength(1)),
  metadata: z.nullish(
    z.object({
      name: text,
      generateName: text,
      namespace: text,
      labels: z.nullish(z.record(z.string(), z.string())),
      annotations: z.nullish(z.record(z.string(), z.string())),
    }),
  ),
});

const labels = z.nullish(z.record(z.string(), z.string()));

const expressions = z.nullish(
  z.array(z.object({ key: z.string(), operator: z.string(), values: texts })),
);

const affinity = z.nullish(
  z.object({
    nodeAffinity: z.nullish(
      z.object({
        requiredDuringSchedulingIgnoredDuringExecution: z.nullish(
          z.object({
            nodeSelectorTerms: z.nullish(
              z.array(z.object({ matchExpressions: expressions, matchFields: expressions })),
            ),
          }),
        ),
      }),
    ),
  }),
);

const templateWith = (containerName: z.ZodMiniType): z.ZodMiniType => {
  const containers = containersOf(containerName);
  return z.object({
    metadata: z.nullish(z.object({ annotations: labels })),
    spec: z.object({
      serviceAccountName: text,
      securityContext,
      nodeSelector: labels,
      nodeName: text,
      runtimeClassName: text,
      affinity,
      os: z.nullish(z.object({ name: text })),
      ...Object.fromEntries(Object.keys(CONTAINER_LISTS).map(list => [list, containers])),
    }),
  });
};

const template = templateWith(z.string());
/** Other controllers may name containers themselves, like Knative. */
const templateOfOthers = templateWith(text);

const runtimeClass = z.object({
  scheduling: z.nullish(z.object({ nodeSelector: labels })),
});

const selector = z.object({
  matchLabels: z.nullish(z.record(z.string(), z.string())),
  matchExpressions: z.nullish(
    z.array(z.object({ key: z.string(), operator: z.string(), values: texts })),
  ),
});

const role = z.object({
  rules: z.nullish(
    z.array(
      z.object({
        verbs: z.array(z.string()),
        apiGroups: texts,
        resources: texts,
        resourceNames: texts,
        nonResourceURLs: texts,
      }),
    ),
  ),
  aggregationRule: z.nullish(z.object({ clusterRoleSelectors: z.nullish(z.array(selector)) })),
});

const binding = z.object({
  roleRef: z.object({ kind: z.string(), name: z.string() }),
  subjects: z.nullish(z.array(z.object({ kind: z.string(), name: z.string(), namespace: text }))),
});

const RBAC_SHAPES: Readonly<Record<string, z.ZodMiniType>> = {
  Role: role,
  ClusterRole: role,
  RoleBinding: binding,
  ClusterRoleBinding: binding,
};

/** The problems of an object. Empty for kinds that are not read here. */
export function objectProblemsOf(object: ObjectLike): ShapeProblem[] {
  const parts = partsReadOf(object);
  const nameless = parts.length > 0 || isCredspec(object) ? nameProblemOf(object) : undefined;
  if (nameless !== undefined) return [nameless];
  return parts.flatMap(({ path, shape }) =>
    shapeProblemsOf(valueAt(object, path), shape).map(problem => ({
      ...problem,
      path: [...path, ...problem.path],
    })),
  );
}

/** The same as with `anyObject`, with a shortcut because nearly every value is valid. */
export function anyObjectProblemsOf(value: unknown): ShapeProblem[] {
  return isSoundObject(value) ? [] : shapeProblemsOf(value, anyObject);
}

function isSoundObject(value: unknown): boolean {
  if (!isMap(value)) return false;
  const { apiVersion, kind, metadata } = value;
  const hasHead = [apiVersion, kind].every(each => isText(each) && each !== "");
  return hasHead && (metadata === undefined || metadata === null || isSoundMetadata(metadata));
}

function isSoundMetadata(metadata: unknown): boolean {
  if (!isMap(metadata)) return false;
  const { name, generateName, namespace, labels: own, annotations } = metadata;
  return (
    [name, generateName, namespace].every(each => each === undefined || isText(each)) &&
    [own, annotations].every(each => each === undefined || isTexts(each))
  );
}

function isMap(value: unknown): value is Record<string, unknown> {
  return isObject(value) && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isTexts(value: unknown): boolean {
  return isMap(value) && Object.values(value).every(isText);
}

/** The first difference of a value from a shape. Undefined if there is none. */
export function shapeProblemOf(value: unknown, shape: z.ZodMiniType): ShapeProblem | undefined {
  return shapeProblemsOf(value, shape)[0];
}

/** All differences of a value from a shape. */
export function shapeProblemsOf(value: unknown, shape: z.ZodMiniType): ShapeProblem[] {
  const { error } = shape.safeParse(value, { error: messageOf });
  return (error?.issues ?? []).map(issue => ({
    path: issue.path as FieldPath,
    message: issue.message,
    ...(issue.code === "invalid_type" && issue.expected === "string" ? textAt(value, issue) : {}),
  }));
}

function textAt(value: unknown, { path }: { path: PropertyKey[] }): { isText: boolean } {
  return { isText: ["boolean", "number"].includes(typeof valueAt(value, path as FieldPath)) };
}

/** In the user's words, such as `is missing` or `must be a string, not a number`. */
function messageOf(issue: z.core.$ZodRawIssue): string {
  if (issue.code === "unrecognized_keys") {
    return `has unknown fields: ${issue.keys.join(", ")}`;
  }
  if (issue.code === "invalid_key") return issue.issues[0]?.message ?? "is not a valid key";
  const found = nameOfType(issue.input);
  if (found === "missing") return "is missing";
  if (issue.code === "invalid_type") {
    return `must be ${withArticle(issue.expected)}, not ${found}`;
  }
  if (issue.code === "invalid_value") {
    return `must be ${choicesOf(issue.values)}, not ${JSON.stringify(issue.input)}`;
  }
  return issue.code === "invalid_union" ? `is ${found}, which is not allowed` : "is empty";
}

/** Joins the choices, such as `"admitted" or "refused"`. */
function choicesOf(values: readonly unknown[]): string {
  const texts = values.map(value => JSON.stringify(value));
  const last = texts.pop() ?? "";
  return texts.length === 0 ? last : `${texts.join(", ")} or ${last}`;
}

function nameOfType(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  return withArticle(Array.isArray(value) ? "array" : typeof value);
}

function withArticle(type: string): string {
  const name = type === "record" ? "object" : type;
  return /^[aeiou]/.test(name) ? `an ${name}` : `a ${name}`;
}

/** The parts of a workload, an RBAC object or a RuntimeClass that are read, with their shapes. */
function partsReadOf(object: ObjectLike): { path: FieldPath; shape: z.ZodMiniType }[] {
  const group = groupOf(object);
  const shape =
    group === RBAC_GROUP
      ? RBAC_SHAPES[object.kind]
      : isRuntimeClass(object)
        ? runtimeClass
        : undefined;
  if (shape !== undefined) return [{ path: [], shape }];
  const ofKubernetes = isKnownWorkload(object);
  return templatePathsOf(object).map(path => ({
    path,
    shape: ofKubernetes ? template : templateOfOthers,
  }));
}

/** Pods and Jobs may have a generateName instead. */
function nameProblemOf({ metadata }: ObjectLike): ShapeProblem | undefined {
  const { name, generateName } = metadata ?? {};
  return (name ?? "") === "" && (generateName ?? "") === ""
    ? { path: ["metadata", "name"], message: "the name is missing" }
    : undefined;
}
