import {
  admit,
  everyRefusal,
  withAllGrants,
  type AdmissionContext,
  type Refusal,
} from "../../../rules/admission/review";
import { isCredspec } from "../../../rules/credspec/resource";
import type { ObjectLike } from "../../../rules/object";
import type { RefusalReason } from "../../../rules/problem";
import { hasExpression } from "../../../rules/workload/expressions";
import type { Workload } from "../../../rules/workload/owners";
import { ManifestCluster } from "../../manifests/manifest-cluster";
import { workloadOf, type LintedPod } from "../../manifests/manifest-workloads";

/** The checks of the Pod report these, with or without a cluster. */
const REPORTED: readonly RefusalReason[] = ["contents without name", "contents malformed"];

/** Predicts the refusals of admission for the Pods of manifests. */
export class ExpectedRefusals {
  readonly #objects: readonly ObjectLike[];
  readonly #namespace: string;
  readonly #context: AdmissionContext | undefined;
  #openContext: AdmissionContext | undefined;

  /**
   * @param namespace of objects that do not name one.
   * @param context undefined if objects that the manifests do not include may exist.
   */
  constructor(
    objects: readonly ObjectLike[],
    namespace: string,
    context: AdmissionContext | undefined,
  ) {
    this.#objects = objects;
    this.#namespace = namespace;
    this.#context = context;
  }

  /** Whether one of the Pods may be refused. */
  mayRefuse(pods: readonly LintedPod[]): boolean {
    return pods.some(({ usesGmsa, hasContents }) =>
      this.#context === undefined ? hasContents : usesGmsa,
    );
  }

  /** Returns the refusals of each Pod that no check of the Pod reports. */
  async ofEach(object: ObjectLike, pods: readonly LintedPod[]): Promise<Refusal[][]> {
    return Promise.all(pods.map(linted => this.#of(object, linted)));
  }

  async #of(object: ObjectLike, { pod, usesGmsa }: LintedPod): Promise<Refusal[]> {
    if (!usesGmsa) return [];
    const workload = workloadOf(object, pod, this.#namespace);
    const refusals =
      this.#context === undefined
        ? await this.#ofContents(workload)
        : await everyRefusal(workload, this.#context);
    return refusals.filter(
      ({ reason, credspec = "" }) => !REPORTED.includes(reason) && !hasExpression(object, credspec),
    );
  }

  /** Without a cluster, only contents that differ from a credential spec are certain to be refused. */
  async #ofContents(workload: Workload): Promise<Refusal[]> {
    this.#openContext ??= {
      cluster: withAllGrants(new ManifestCluster(soleCredspecs(this.#objects), this.#namespace)),
      isExcluded: () => false,
    };
    const { refusals } = await admit(workload, this.#openContext);
    return refusals.filter(({ reason }) => reason === "contents differ");
  }
}

/** Of several credential specs with one name, the manifests do not show which is for which cluster. */
function soleCredspecs(objects: readonly ObjectLike[]): ObjectLike[] {
  const credspecs = objects.filter(isCredspec);
  const named = ({ metadata }: ObjectLike): string => metadata?.name ?? "";
  const last = new Map(credspecs.map(credspec => [named(credspec), credspec]));
  const first = new Map(credspecs.reverse().map(credspec => [named(credspec), credspec]));
  return [...last.values()].filter(credspec => first.get(named(credspec)) === credspec);
}
