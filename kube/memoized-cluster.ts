import type {
  Cluster,
  CredspecLookup,
  ServiceAccount,
  UseDecision,
} from "../rules/credspec/cluster";
import { limitConcurrency } from "./concurrency";

/** The most concurrent calls to the API server. */
const MOST = 16;

/**
 * A cluster that is asked each question only once, however many workloads need the answer. Results that
 * are shown together are therefore consistent.
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
