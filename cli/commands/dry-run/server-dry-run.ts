/** Admission in a live cluster: sends each Pod to the API server as a dry run. */
import {
  ApiException,
  CoreV1Api,
  type KubeConfig,
  type V1Pod,
  type V1Status,
} from "@kubernetes/client-node";
import { randomBytes } from "node:crypto";

import { gmsaPlacesOf, problemPlace } from "../../../rules/pod/windows-options";
import { asked } from "../../api/calls";
import { limitConcurrency } from "../../../kube/concurrency";
import { notChecked, refusalsOf, type ApiError } from "./server-refusals";
import { dryRunPodOf, type DryRunPod } from "./dry-run-pod";
import type { Admission, DryRunAnswer, PodUnderTest } from "./pod-under-test";

/** Concurrent requests to the API server. */
const MOST = 8;

export class ServerDryRun implements Admission {
  readonly #core: CoreV1Api;
  readonly #inTurn = limitConcurrency(MOST);

  constructor(kubeConfig: KubeConfig) {
    this.#core = kubeConfig.makeApiClient(CoreV1Api);
  }

  /** @throws Failure if the API server cannot be reached. */
  admit(podUnderTest: PodUnderTest): Promise<DryRunAnswer> {
    const sent = dryRunPodOf(podUnderTest, randomBytes(4).toString("hex"));
    return this.#inTurn(async () =>
      answerOf(podUnderTest, sent, () => this.#create(podUnderTest, sent)),
    );
  }

  #create({ namespace }: PodUnderTest, { body }: DryRunPod): Promise<V1Pod> {
    return this.#core.createNamespacedPod({ namespace, body: body as V1Pod, dryRun: "All" });
  }
}

async function answerOf(
  podUnderTest: PodUnderTest,
  sent: DryRunPod,
  create: () => Promise<V1Pod>,
): Promise<DryRunAnswer> {
  try {
    const pod = sent.received(await create());
    const unchecked = gmsaPlacesOf(pod).filter(({ contents }) => contents === "");
    const places = unchecked.map(place => problemPlace(place, "gmsaCredentialSpecName"));
    return { pod, refusals: places.length === 0 ? [] : [notChecked(places)] };
  } catch (error) {
    const status = statusIn(error);
    if (status === undefined) return asked(Promise.reject(error as Error));
    return { pod: undefined, refusals: refusalsOf(status, podUnderTest, sent) };
  }
}

/** The Status in an answer. Undefined if the body is not a Status, for example from a proxy. */
function statusIn(error: unknown): ApiError | undefined {
  if (!(error instanceof ApiException)) return undefined;
  try {
    const body: unknown = error.body;
    const { message, details } = (typeof body === "string" ? JSON.parse(body) : body) as V1Status;
    // The API server omits empty fields of causes.
    const causes = (details?.causes ?? []).map(
      ({ reason = "", field = "", message: text = "" }) => {
        return { reason, field, message: text };
      },
    );
    return message === undefined ? undefined : { code: error.code, message, causes };
  } catch {
    return undefined;
  }
}
