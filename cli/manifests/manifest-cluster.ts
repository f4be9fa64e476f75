import { canonicalJson } from "../../rules/credspec/canonical-json";
import type {
  Cluster,
  CredspecLookup,
  ServiceAccount,
  UseDecision,
} from "../../rules/credspec/cluster";
import type { Credspec } from "../../rules/credspec/contents";
import type { CredspecProblem } from "../../rules/problem";
import { judgeCredspec } from "../../rules/admission/credspec-write";
import { isCredspec } from "../../rules/credspec/resource";
import type { ObjectLike, ObjectMetadata } from "../../rules/object";
import { RbacGrants } from "../../rules/rbac/grants";
import { rbacObjectsAmong, type RbacObjects } from "../../rules/rbac/rbac-objects";
import { storedCredspec } from "./stored-credspec";

/** A credential spec of the manifests that could not be stored, with its problems. */
export interface FaultyCredspec {
  name: string;
  /** All of them are errors. */
  findings: CredspecProblem[];
  /**
   * The API server itself would refuse it, so it would not exist. A credential spec that only the webhook
   * refuses may exist already, and counts.
   */
  isLeftOut: boolean;
}

/**
 * A cluster with only these objects. It answers like the API server: with credential specs as they would be
 * stored, and `use` decided by RBAC alone. As with `kubectl apply`, the last object of a name counts.
 */
export class ManifestCluster implements Cluster {
  readonly faulty: readonly FaultyCredspec[];
  readonly #credspecs: ReadonlyMap<string, CredspecLookup>;
  readonly #grants: RbacGrants;

  /** @param namespace of Roles and RoleBindings that do not name one. */
  constructor(objects: readonly ObjectLike[], namespace: string) {
    const credspecs = new Map<string, CredspecLookup>();
    const faulty: FaultyCredspec[] = [];
    for (const object of objects.filter(isCredspec)) {
      const name = object.metadata?.name ?? "";
      const { refusals: findings } = judgeCredspec(object);
      const stored = storedCredspec(object.credspec, findings.length === 0);
      if (stored.outcome !== "refused") {
        credspecs.set(name, answerOf(stored));
      }
      if (findings.length > 0) {
        faulty.push({ name, findings, isLeftOut: stored.outcome === "refused" });
      }
    }
    this.faulty = faulty;
    this.#credspecs = credspecs;
    this.#grants = new RbacGrants(lastOfEach(rbacObjectsAmong(objects, namespace)));
  }

  /** The existing credential specs, by name. */
  get credspecs(): ReadonlyMap<string, Credspec> {
    return new Map(
      [...this.#credspecs].flatMap(([name, answer]): [string, Credspec][] =>
        answer.outcome === "found" ? [[name, answer.credspec]] : [],
      ),
    );
  }

  readCredspec(name: string): Promise<CredspecLookup> {
    return Promise.resolve(this.#credspecs.get(name) ?? { outcome: "absent" });
  }

  mayUse(serviceAccount: ServiceAccount, credspecName: string): Promise<UseDecision> {
    return Promise.resolve(
      this.#grants.for(serviceAccount, credspecName).length > 0
        ? { outcome: "allowed" }
        : { outcome: "denied", reason: this.#grants.denialReasonFor(serviceAccount) },
    );
  }
}

function lastOfEach(rbac: RbacObjects): RbacObjects {
  return {
    roles: byName(rbac.roles),
    clusterRoles: byName(rbac.clusterRoles),
    roleBindings: byName(rbac.roleBindings),
    clusterRoleBindings: byName(rbac.clusterRoleBindings),
  };
}

function byName<Kind extends { metadata?: ObjectMetadata }>(objects: readonly Kind[]): Kind[] {
  const entries = objects.map((object): [string, Kind] => {
    const { namespace = "", name = "" } = object.metadata ?? {};
    return [`${namespace}/${name}`, object];
  });
  return [...new Map(entries).values()];
}

function answerOf(
  stored: Exclude<ReturnType<typeof storedCredspec>, { outcome: "refused" }>,
): CredspecLookup {
  return stored.outcome === "stored"
    ? {
        outcome: "found",
        credspec: { value: stored.value, contents: canonicalJson(stored.value) },
      }
    : stored;
}
