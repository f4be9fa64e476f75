/** Pure: counts the users of credential specs, and describes them when one is deleted. */
import { pluralize } from "../text";
import { referencesAmong } from "../pod/references";
import type { GmsaObject } from "./gmsa-object";
import { gmsaPlacesOf } from "../pod/windows-options";

/** The most names in a sentence. The count includes the rest. */
const MOST_EXAMPLES = 3;
/** The kinds to name first, whatever the order of the objects. */
const EXAMPLE_KINDS = ["Deployment", "StatefulSet", "DaemonSet", "CronJob", "Job"];
/**
 * The prefix of the keys of owners that are counted instead of their objects: a CronJob for its Jobs.
 */
const COUNTED_OWNER = "CronJob.";

/** The users of one credential spec. */
export interface CredspecUsers {
  /** Pods that have not finished. */
  pods: number;
  /** Workloads that have not finished. A CronJob counts for its Jobs. */
  workloads: number;
  namespaces: number;
  /** Names of some workloads, or of Pods if there are none: `shop/Deployment web`. */
  examples: string[];
}

/** The known users of a credential spec. */
export interface UsersLookup {
  users: CredspecUsers;
  /** Why the count may be incomplete; undefined if it is complete. */
  missing?: string;
}

interface Tally {
  pods: number;
  workloads: number;
  namespaces: Set<string>;
  /** The first names of each kind. */
  names: Map<string, string[]>;
}

/** Counts the users of all credential specs, object by object. */
export class CredspecTally {
  readonly #tallies = new Map<string, Tally>();

  /** Counts an object for each credential spec that it names. */
  add(object: GmsaObject): void {
    if (object.atRest || object.owner?.startsWith(COUNTED_OWNER) === true) return;
    const isPod = object.kind === "Pod";
    for (const credspec of referencesAmong(gmsaPlacesOf(object.pod)).keys()) {
      const tally = this.#tallyOf(credspec);
      tally[isPod ? "pods" : "workloads"] += 1;
      tally.namespaces.add(object.namespace);
      const names = tally.names.get(object.kind) ?? [];
      if (names.length < MOST_EXAMPLES) {
        tally.names.set(object.kind, [
          ...names,
          `${object.namespace}/${object.kind} ${object.name}`,
        ]);
      }
    }
  }

  usersOf(credspec: string): CredspecUsers {
    const { pods, workloads, namespaces, names } = this.#tallies.get(credspec) ?? newTally();
    const kinds = workloads > 0 ? EXAMPLE_KINDS : ["Pod"];
    const examples = kinds.flatMap(kind => names.get(kind) ?? []).slice(0, MOST_EXAMPLES);
    return { pods, workloads, namespaces: namespaces.size, examples };
  }

  #tallyOf(credspec: string): Tally {
    const tally = this.#tallies.get(credspec) ?? newTally();
    this.#tallies.set(credspec, tally);
    return tally;
  }
}

function newTally(): Tally {
  return { pods: 0, workloads: 0, namespaces: new Set(), names: new Map() };
}

/**
 * Describes the consequences of deleting a credential spec.
 *
 * @param answer undefined if the users were not counted.
 * @returns one sentence; empty if it has no users.
 */
export function describeDeletion(credspec: string, answer?: UsersLookup): string[] {
  const consequence = "refused from now on, until it exists again";
  if (answer === undefined || (answer.missing !== undefined && isNobody(answer.users))) {
    return [
      `Pods that name GMSA cred spec "${credspec}" are ${consequence}; \`gmsa status -A\` lists their workloads.`,
    ];
  }
  const { users, missing } = answer;
  if (isNobody(users)) return [];
  const many = `${missing === undefined ? "" : "At least "}${counted(users)}`;
  return [
    `${many} GMSA cred spec "${credspec}" (${examplesOf(users)}): running Pods keep running, new ones are ${consequence}.`,
  ];
}

function isNobody({ pods, workloads }: CredspecUsers): boolean {
  return pods === 0 && workloads === 0;
}

function counted({ pods, workloads, namespaces }: CredspecUsers): string {
  const parts = [
    ...(pods > 0 ? [pluralize(pods, "Pod")] : []),
    ...(workloads > 0 ? [pluralize(workloads, "workload")] : []),
  ];
  const use = pods + workloads === 1 ? "uses" : "use";
  return `${parts.join(" and ")} in ${pluralize(namespaces, "namespace")} ${use}`;
}

function examplesOf({ pods, workloads, examples }: CredspecUsers): string {
  const all = workloads > 0 ? workloads : pods;
  return [...examples, ...(all > examples.length ? ["…"] : [])].join(", ");
}
