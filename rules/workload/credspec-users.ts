/** Pure: what uses credspecs, counted, and what is said of it when one is deleted. */
import { pluralize } from "../text";
import { referencesAmong } from "../pod/references";
import type { GmsaObject } from "./gmsa-object";
import { gmsaPlacesOf } from "../pod/windows-options";

/** How many names a sentence has; the count says that there are more. */
const MOST_EXAMPLES = 3;
/** Which workloads are named first, in whatever order they are found. */
const EXAMPLE_KINDS = ["Deployment", "StatefulSet", "DaemonSet", "CronJob", "Job"];
/** How the keys of owners begin that stand for what they own: the Jobs of a CronJob. */
const COUNTED_OWNER = "CronJob.";

/** What uses one credspec. */
export interface CredspecUsers {
  /** Pods that are not finished. */
  pods: number;
  /** What makes Pods and is not finished; a CronJob stands for its Jobs. */
  workloads: number;
  namespaces: number;
  /** Some of the workloads, or Pods where there are none: `shop/Deployment web`. */
  examples: string[];
}

/** What is known of the users of credspecs. */
export interface UsersLookup {
  users: CredspecUsers;
  /** Why there may be more than these; undefined if everything was looked at. */
  missing?: string;
}

interface Tally {
  pods: number;
  workloads: number;
  namespaces: Set<string>;
  /** The first of each kind. */
  names: Map<string, string[]>;
}

/** Counts the users of all credspecs at once, object by object. */
export class CredspecTally {
  readonly #tallies = new Map<string, Tally>();

  /** Counts an object for each credspec that it names. */
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
 * What whoever deletes a credspec is told.
 *
 * @param answer undefined where nobody has counted.
 * @returns one sentence; none where nothing uses it.
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
