/** Admission in a live cluster: each Pod is sent to the API server as a dry run. */
import { ApiException, CoreV1Api } from "@kubernetes/client-node";
import type { KubeConfig, V1Pod } from "@kubernetes/client-node";
import { randomBytes } from "node:crypto";

import { describePlace, gmsaPlacesOf } from "../../../rules/pod/windows-options";
import { asked } from "../../api/calls";
import { limitConcurrency } from "../../../kube/concurrency";
import { notChecked, refusalsOf } from "./server-refusals";
import { dryRunPodOf } from "./dry-run-pod";
import type { DryRunPod } from "./dry-run-pod";
import type { Admission, DryRunAnswer, PodUnderTest } from "./pod-under-test";

/** Pods that are with the API server at a time. */
const MOST = 8;

export class ServerDryRun implements Admission {
  readonly #core: CoreV1Api;
  readonly #inTurn = limitConcurrency(MOST);

  constructor(kubeConfig: KubeConfig) {
    this.#core = kubeConfig.makeApiClient(CoreV1Api);
  }

  /** @throws Failure if the API server cannot be reached. */
  admit(trial: PodUnderTest): Promise<DryRunAnswer> {
    const sent = dryRunPodOf(trial, randomBytes(4).toString("hex"));
    return this.#inTurn(async () => answerOf(trial, sent, () => this.#create(trial, sent)));
  }

  #create({ namespace }: PodUnderTest, { body }: DryRunPod): Promise<V1Pod> {
    return this.#core.createNamespacedPod({ namespace, body: body as V1Pod, dryRun: "All" });
  }
}

async function answerOf(
  trial: PodUnderTest,
  sent: DryRunPod,
  create: () => Promise<V1Pod>,
): Promise<DryRunAnswer> {
  const places = gmsaPlacesOf(trial.pod);
  try {
    const pod = sent.received(await create());
    const unchecked = gmsaPlacesOf(pod).filter(({ contents }) => contents === "");
    return {
      pod,
      refusals: unchecked.length === 0 ? [] : [notChecked(unchecked.map(describePlace))],
    };
  } catch (error) {
    const message = error instanceof ApiException ? messageIn(error.body) : undefined;
    if (message === undefined || !(error instanceof ApiException)) {
      return asked(Promise.reject(error as Error));
    }
    const refusals = refusalsOf(
      { code: error.code, message: sent.inOwnWords(message) },
      places.map(describePlace),
    );
    return { pod: undefined, refusals };
  }
}

/** What a Status says; undefined if the body is none, such as that of a proxy in between. */
function messageIn(body: unknown): string | undefined {
  try {
    const status = (typeof body === "string" ? JSON.parse(body) : body) as { message?: unknown };
    return typeof status.message === "string" ? status.message : undefined;
  } catch {
    return undefined;
  }
}
