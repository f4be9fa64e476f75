/**
 * Finds out who may `use` a credential spec from RBAC objects only. Other authorizers, such as a
 * webhook, are not considered. A SubjectAccessReview asks all of them.
 *
 * Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/
 */
import type { RbacV1Subject } from "@kubernetes/client-node";

import type { ServiceAccount } from "../credspec/cluster";
import { resolveBindings, type Binding, type ObjectName } from "./binding";
import { RBAC_GROUP, type RbacObjects } from "./rbac-objects";

/** A subject that may use a credential spec, and the objects that allow it. */
export interface Grant {
  subject: RbacV1Subject;
  binding: ObjectName;
  role: ObjectName;
  /** The namespace whose Pods it applies to; undefined for all namespaces. */
  namespace: string | undefined;
  /** Whether the rule does not name credential specs, and therefore allows all of them. */
  everyCredspec: boolean;
}

/**
 * All grants of a cluster or of manifests. It is built once and indexed, because a thousand workloads
 * may each ask about another credential spec, with a thousand bindings.
 */
export class RbacGrants {
  readonly #bindings: readonly Binding[];
  /** Indices of the bindings that allow a credential spec, by its name. */
  readonly #ofOne = new Map<string, Set<number>>();
  /** Indices of the bindings that allow every credential spec. */
  readonly #ofEvery: number[] = [];

  constructor(rbac: RbacObjects) {
    this.#bindings = resolveBindings(rbac);
    for (const [index, { role }] of this.#bindings.entries()) {
      if (role?.everyCredspec === true) this.#ofEvery.push(index);
      for (const credspecName of role?.credspecs ?? []) {
        const indices = this.#ofOne.get(credspecName) ?? new Set();
        this.#ofOne.set(credspecName, indices.add(index));
      }
    }
  }

  /** Returns every grant of `use` on a credential spec, in the order of the bindings. */
  of(credspecName: string): Grant[] {
    const indices = new Set([...(this.#ofOne.get(credspecName) ?? []), ...this.#ofEvery]);
    return [...indices]
      .sort((left, right) => left - right)
      .flatMap(index => grantsBy(this.#bindings[index]));
  }

  /**
   * Returns the grants that allow a service account to use a credential spec in Pods of its own
   * namespace.
   */
  for(serviceAccount: ServiceAccount, credspecName: string): Grant[] {
    return this.of(credspecName).filter(
      ({ namespace, subject }) =>
        (namespace === undefined || namespace === serviceAccount.namespace) &&
        includes(subject, serviceAccount),
    );
  }

  /**
   * Returns the reason for a denial in the words of the API server's RBAC authorizer: bindings of the
   * account that refer to a missing role. Usually empty, because nothing grants the right and no role is
   * missing.
   *
   * Source: RBACAuthorizer.Authorize and VisitRulesFor (plugin/pkg/auth/authorizer/rbac,
   * pkg/registry/rbac/validation): ClusterRoleBindings first, then RoleBindings of the namespace.
   */
  denialReasonFor(account: ServiceAccount): string {
    const dangling = this.#bindings
      .filter(
        ({ name: { namespace }, role, subjects }) =>
          role === undefined &&
          (namespace === undefined || namespace === account.namespace) &&
          subjects.some(subject => includes(subject, account)),
      )
      .sort(({ name: left }, { name: right }) => rank(left) - rank(right))
      .map(
        ({ roleRef }) => `${roleRef.kind.toLowerCase()}.${RBAC_GROUP} "${roleRef.name}" not found`,
      );
    const errors = [...new Set(dangling)];
    const [first, second] = errors;
    if (first === undefined) return "";
    return `RBAC: ${second === undefined ? first : `[${errors.join(", ")}]`}`;
  }
}

function grantsBy(binding: Binding | undefined): Grant[] {
  if (binding?.role === undefined) return [];
  const { name, role, subjects } = binding;
  return subjects.map(subject => ({
    subject,
    binding: name,
    role: role.name,
    namespace: name.namespace,
    everyCredspec: role.everyCredspec,
  }));
}

function rank({ kind }: ObjectName): number {
  return kind === "ClusterRoleBinding" ? 0 : 1;
}

/** Whether a subject is the service account, or a group that contains it. */
export function includes(
  { kind, name, namespace }: RbacV1Subject,
  account: ServiceAccount,
): boolean {
  switch (kind) {
    case "ServiceAccount":
      return name === account.name && namespace === account.namespace;
    case "User":
      return name === `system:serviceaccount:${account.namespace}:${account.name}`;
    case "Group":
      return [
        "system:serviceaccounts",
        `system:serviceaccounts:${account.namespace}`,
        "system:authenticated",
      ].includes(name);
    default:
      return false;
  }
}
