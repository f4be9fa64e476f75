import type {
  Cluster,
  CredspecLookup,
  ServiceAccount,
  UseDecision,
} from "../rules/credspec/cluster";
import { limitConcurrency } from "./concurrency";

/** Questions that are with the API server at a time. */
const MOST = 16;

/**
 * A cluster that is asked each question once, however many workloads need the answer: all that is
 * shown together is judged by the same answers.
 */
export class MemoizedCluster implements Cluster {
  readonly #cluster: Cluster;
  readonly #inTurn = limitConcurrency(MOST);
  readonly #credspecs = new Map<string, Promise<CredspecLookup>>();
  readonly #uses = new Map<string, Promise<UseDecision>>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  readCredspec(name: string): Promise<CredspecLookup> {
    return once(this.#credspecs, name, () => this.#inTurn(() => this.#cluster.readCredspec(name)));
  }

  mayUse(account: ServiceAccount, credspecName: string): Promise<UseDecision> {
    // None of the three may contain a slash.
    const question = `${account.namespace}/${account.name}/${credspecName}`;
    return once(this.#uses, question, () =>
      this.#inTurn(() => this.#cluster.mayUse(account, credspecName)),
    );
  }
}

function once<Answer>(
  answers: Map<string, Promise<Answer>>,
  question: string,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  const answer = answers.get(question) ?? ask();
  answers.set(question, answer);
  return answer;
}
