/**
 * What the rules take for granted of an object, because an API server would not have decoded it
 * otherwise. Only the fields that are read are looked at.
 */
import * as z from "zod/mini";

import { isCredspec } from "../../rules/credspec/resource";
import { groupOf, valueAt, type ObjectLike } from "../../rules/object";
import { templatePathOf } from "../../rules/workload/pod-template";
import { CONTAINER_LISTS } from "../../rules/pod/windows-options";
import { RBAC_GROUP } from "../../rules/rbac/rbac-objects";
import type { FieldPath } from "../../rules/problem";

/** What is wrong with an object, and in which field. */
export interface ShapeProblem {
  path: FieldPath;
  message: string;
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

const containers = z.nullish(z.array(z.object({ name: z.string(), securityContext })));

/** What every Kubernetes object has. */
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

const template = z.object({
  spec: z.object({
    serviceAccountName: text,
    securityContext,
    nodeSelector: z.nullish(z.record(z.string(), z.string())),
    os: z.nullish(z.object({ name: text })),
    ...Object.fromEntries(Object.keys(CONTAINER_LISTS).map(list => [list, containers])),
  }),
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

/** What is wrong with an object of a kind that is read here; undefined if nothing, or no such kind. */
export function objectProblemOf(object: ObjectLike): ShapeProblem | undefined {
  const read = partReadOf(object);
  const nameless = read !== undefined || isCredspec(object) ? nameProblemOf(object) : undefined;
  if (nameless !== undefined || read === undefined) return nameless;
  const problem = shapeProblemOf(valueAt(object, read.path), read.shape);
  return problem && { ...problem, path: [...read.path, ...problem.path] };
}

/** The first way in which a value has another shape; undefined if it has this one. */
export function shapeProblemOf(value: unknown, shape: z.ZodMiniType): ShapeProblem | undefined {
  return shapeProblemsOf(value, shape)[0];
}

/** Every way in which a value has another shape. */
export function shapeProblemsOf(value: unknown, shape: z.ZodMiniType): ShapeProblem[] {
  const { error } = shape.safeParse(value, { error: messageOf });
  return (error?.issues ?? []).map(({ path, message }) => ({ path: path as FieldPath, message }));
}

/** In a user's words, as `is missing` or `is a number, and must be a string`. */
function messageOf(issue: z.core.$ZodRawIssue): string {
  if (issue.code === "unrecognized_keys") {
    return `has fields that nobody reads: ${issue.keys.join(", ")}`;
  }
  if (issue.code === "invalid_key") return issue.issues[0]?.message ?? "is no valid key";
  const found = nameOfType(issue.input);
  if (found === "missing") return "is missing";
  if (issue.code === "invalid_type") {
    return `is ${found}, and must be ${withArticle(issue.expected)}`;
  }
  if (issue.code === "invalid_value") {
    return `is ${JSON.stringify(issue.input)}, and must be ${issue.values.join(", ")}`;
  }
  return issue.code === "invalid_union" ? `is ${found}, which it cannot be` : "is empty";
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

/** The part of a workload or an RBAC object that is read, and its shape; undefined for other kinds. */
function partReadOf(
  object: ObjectLike,
): { path: readonly string[]; shape: z.ZodMiniType } | undefined {
  const path = templatePathOf(object);
  if (path !== undefined) return { path, shape: template };
  const shape = groupOf(object) === RBAC_GROUP ? RBAC_SHAPES[object.kind] : undefined;
  return shape && { path: [], shape };
}

/** Pods and Jobs may have a generateName instead. */
function nameProblemOf({ metadata }: ObjectLike): ShapeProblem | undefined {
  const { name, generateName } = metadata ?? {};
  return (name ?? "") === "" && (generateName ?? "") === ""
    ? { path: ["metadata", "name"], message: "the name is missing" }
    : undefined;
}
