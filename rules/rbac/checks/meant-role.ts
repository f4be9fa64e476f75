/** Finds the role that a binding refers to, or was intended to refer to. */
import type { V1PolicyRule } from "@kubernetes/client-node";

import { isNear } from "../../near";
import type { ObjectLike, ObjectMetadata } from "../../object";
import { readRule } from "./near-grant";

/** A role in a manifest. */
export interface RoleLike extends ObjectLike {
  rules?: V1PolicyRule[] | null;
}

interface Referring {
  roleRef: { kind: string; name: string };
  metadata?: ObjectMetadata | undefined;
}

/** All known roles. A lookup is quick, because there may be a thousand bindings. */
export class KnownRoles {
  readonly #named = new Map<string, [RoleLike, ...RoleLike[]]>();
  /** Roles that grant `use` on credential specs, or were intended to, with their names. */
  readonly #ofUse = new Map<RoleLike, string>();
  /** The results for names that no role has. */
  readonly #near = new Map<string, RoleLike | undefined>();

  constructor(roles: readonly RoleLike[]) {
    for (const role of roles) {
      const name = role.metadata?.name ?? "";
      const named = this.#named.get(name);
      if (named === undefined) this.#named.set(name, [role]);
      else named.push(role);
      if (concernsUse(role)) this.#ofUse.set(role, name);
    }
  }

  /** Returns the role that a binding refers to. Undefined if it is not known. */
  referredBy({ roleRef, metadata }: Referring): RoleLike | undefined {
    return this.#named
      .get(roleRef.name)
      ?.find(
        ({ kind, metadata: of }) =>
          kind === roleRef.kind &&
          (kind !== "Role" || isSameNamespace(of?.namespace, metadata?.namespace)),
      );
  }

  /**
   * Returns the role with this name, even if its kind or namespace differs, or one with a similar name.
   * Undefined if the role is not about credential specs.
   */
  meantBy({ roleRef, metadata }: Referring): RoleLike | undefined {
    const named = this.#named.get(roleRef.name);
    if (named === undefined) return this.#nearTo(roleRef.name);
    const role = this.referredBy({ roleRef, metadata }) ?? named[0];
    return this.#ofUse.has(role) ? role : undefined;
  }

  /** Whether a role grants `use` on credential specs, or was intended to. */
  isOfUse(role: RoleLike): boolean {
    return this.#ofUse.has(role);
  }

  #nearTo(name: string): RoleLike | undefined {
    if (!this.#near.has(name)) {
      const near = [...this.#ofUse].find(([, ofUse]) => isNear(name, ofUse));
      this.#near.set(name, near?.[0]);
    }
    return this.#near.get(name);
  }
}

/** Objects that do not name a namespace may be applied to any. */
export function isSameNamespace(left: string | undefined, right: string | undefined): boolean {
  return left === undefined || right === undefined || left === right;
}

/** Whether a role grants `use` on credential specs, or was intended to. */
function concernsUse({ rules }: RoleLike): boolean {
  return (rules ?? []).some(rule => readRule(rule).wants);
}
