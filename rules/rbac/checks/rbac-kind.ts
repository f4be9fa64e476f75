/** Finds roles and bindings of a group, version or kind that the API server does not serve. */
import { valueFix } from "../../fix";
import { isNear, nearest } from "../../near";
import { groupOf, isObject, type ObjectLike } from "../../object";
import { type Fix, fieldOf, type Problem } from "../../problem";
import { RBAC_GROUP } from "../rbac-objects";
import type { KnownRoles } from "./meant-role";
import { readRule } from "./near-grant";

const API_VERSION = `${RBAC_GROUP}/v1`;
const REMOVED = ["v1beta1", "v1alpha1"].map(version => `${RBAC_GROUP}/${version}`);
const ROLES = ["Role", "ClusterRole"];
const KINDS = [...ROLES, "RoleBinding", "ClusterRoleBinding"];
/** Common wrong names of the group. OpenShift's own group, which has such kinds too, is not among them. */
const OTHER_GROUPS = ["authorization.k8s.io", "auth.k8s.io", "rbac.k8s.io", "v1"];

/**
 * Reports a wrong apiVersion or kind, and corrects it.
 *
 * Restricted fields: apiVersion and kind of roles about credential specs, and of bindings to such roles.
 * Allowed: rbac.authorization.k8s.io/v1, and kinds of any other group.
 *
 * Source: the deprecated API migration guide of Kubernetes, v1.22.
 *
 * @param roles all known roles.
 */
export function checkRbacKind(
  object: ObjectLike,
  roles: KnownRoles,
): Problem<"role" | "binding" | "old workload">[] {
  const kind = kindMeant(object);
  if (kind === undefined || !isForUse(object, kind, roles)) return [];
  if (REMOVED.includes(object.apiVersion) && object.kind === kind) {
    const problem = `${object.apiVersion} has no ${kind} since Kubernetes 1.22`;
    return [
      {
        ...at("apiVersion", problem, `Write apiVersion: ${API_VERSION}.`),
        reason: "old workload",
        fixes: [valueFix(["apiVersion"], API_VERSION)],
      },
    ];
  }
  const field = object.apiVersion === API_VERSION ? "kind" : "apiVersion";
  const problem = `${object.kind} of ${object.apiVersion} does not grant anything in any cluster`;
  return [
    {
      ...at(field, problem, `Write apiVersion: ${API_VERSION} and kind: ${kind}.`),
      reason: ROLES.includes(kind) ? "role" : "binding",
      fixes: fixesOf(object, kind),
    },
  ];
}

/** Returns the intended kind. Undefined if apiVersion and kind are correct, or the object is not RBAC. */
function kindMeant(object: ObjectLike): string | undefined {
  const isKind = KINDS.includes(object.kind);
  if (isKind && object.apiVersion === API_VERSION) return undefined;
  const kind = isKind ? object.kind : nearest(object.kind, KINDS);
  return isNearGroup(object) ? kind : undefined;
}

function isForUse(object: ObjectLike, kind: string, roles: KnownRoles): boolean {
  return ROLES.includes(kind) ? isAboutCredspecs(object) : bindsUse(object, roles);
}

function at(field: string, problem: string, remedy: string): Omit<Problem<never>, "reason"> {
  return { level: "error", places: [{ path: [field], text: fieldOf([field]) }], problem, remedy };
}

function fixesOf(object: ObjectLike, kind: string): Fix[] {
  return [
    ...(object.apiVersion === API_VERSION ? [] : [valueFix(["apiVersion"], API_VERSION)]),
    ...(object.kind === kind ? [] : [valueFix(["kind"], kind)]),
  ];
}

/** Whether the group is RBAC's or resembles it. An apiVersion without a slash counts as a group. */
function isNearGroup(object: ObjectLike): boolean {
  const group = groupOf(object) === "" ? object.apiVersion : groupOf(object);
  return OTHER_GROUPS.includes(group) || isNear(group, RBAC_GROUP);
}

/** Checks types too, because the shape of such an object has not been validated. */
function isAboutCredspecs(object: ObjectLike): boolean {
  const { rules } = object as { rules?: unknown };
  return membersOf(rules).some(rule => {
    if (!isObject(rule)) return false;
    const { apiGroups, resources, verbs } = rule as Record<string, unknown>;
    const read = readRule({
      apiGroups: textsIn(apiGroups),
      resources: textsIn(resources),
      verbs: textsIn(verbs),
    });
    return read.concerns;
  });
}

function bindsUse(object: ObjectLike, roles: KnownRoles): boolean {
  const { roleRef, metadata } = object as ObjectLike & { roleRef?: unknown };
  const { kind, name } = (isObject(roleRef) ? roleRef : {}) as Record<string, unknown>;
  if (typeof kind !== "string" || typeof name !== "string") return false;
  return roles.meantBy({ roleRef: { kind, name }, metadata }) !== undefined;
}

function textsIn(value: unknown): string[] {
  return membersOf(value).filter(member => typeof member === "string");
}

function membersOf(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}
