/** The role that a binding refers to, or was to refer to. */
import type { V1PolicyRule } from "@kubernetes/client-node";

import { isNear } from "../../near";
import type { ObjectLike, ObjectMetadata } from "../../object";
import { readRule } from "./near-grant";

/** A role, as it is written. */
export interface RoleLike extends ObjectLike {
  rules?: V1PolicyRule[] | null;
}

interface Referring {
  roleRef: { kind: string; name: string };
  metadata?: ObjectMetadata | undefined;
}

/** All roles that are known: a thousand bindings may ask for one each. */
export class KnownRoles {
  readonly #named = new Map<string, RoleLike[]>();
  /** Those that grant `use` on credential specs, or were to. */
  readonly #ofUse = new Set<RoleLike>();
  /** What was found for names that no role has. */
  readonly #near = new Map<string, RoleLike | undefined>();

  constructor(roles: readonly RoleLike[]) {
    for (const role of roles) {
      const name = role.metadata?.name ?? "";
      const named = this.#named.get(name);
      if (named === undefined) this.#named.set(name, [role]);
      else named.push(role);
      if (concernsUse(role)) this.#ofUse.add(role);
    }
  }

  /** The role that is referred to, or one of the same name that was meant, if it is about credential specs. */
  meantBy({ roleRef, metadata }: Referring): RoleLike | undefined {
    const named = this.#named.get(roleRef.name);
    if (named === undefined) return this.#nearTo(roleRef.name);
    const fits = (role: RoleLike): boolean =>
      role.kind === roleRef.kind &&
      (role.kind !== "Role" || isSameNamespace(role.metadata?.namespace, metadata?.namespace));
    const role = named.find(fits) ?? named[0];
    return role !== undefined && this.#ofUse.has(role) ? role : undefined;
  }

  #nearTo(name: string): RoleLike | undefined {
    if (!this.#near.has(name)) {
      const near = [...this.#ofUse].find(({ metadata }) => isNear(name, metadata?.name ?? ""));
      this.#near.set(name, near);
    }
    return this.#near.get(name);
  }
}

/** Objects without a namespace go where they are applied. */
export function isSameNamespace(left: string | undefined, right: string | undefined): boolean {
  return left === undefined || right === undefined || left === right;
}

/** Whether a role grants `use` on credential specs, or was to. */
function concernsUse({ rules }: RoleLike): boolean {
  return (rules ?? [])
    .map(readRule)
    .some(({ grants, concerns, wants }) => (grants && concerns) || wants);
}
