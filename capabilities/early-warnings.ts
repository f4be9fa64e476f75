/**
 * Bindings for early warnings: they check credential specs, and the workloads that name them, before a
 * Pod is created.
 *
 * They are not part of the webhook that Pepr generates. That one has a single failure policy, and a
 * credential spec or a Deployment must never be blocked because the webhook is down.
 * deploy/patches/early-warnings.yaml adds separate webhooks for them.
 */
import { a, type Capability, type PeprValidateRequest } from "pepr";

import type { EarlyObject, EarlyOutcome } from "../telemetry/metrics";
import type { Cluster } from "../rules/credspec/cluster";
import { causesOf } from "../rules/admission/causes";
import { answerNotes } from "./answer-notes";
import { placeholderName } from "../rules/credspec/object-name";
import { CREDSPEC_KIND, CREDSPEC_RESOURCE } from "../rules/credspec/resource";
import { describeDeletion } from "../rules/workload/credspec-users";
import {
  describeRefusal,
  judgeCredspec,
  type CredspecObject,
} from "../rules/admission/credspec-write";
import { kubectlWarnings } from "../rules/admission/warnings";
import type { ObjectLike } from "../rules/object";
import type { WarnedKind } from "../rules/workload/warned-kinds";
import { surroundingsOf, type Surroundings } from "./surroundings";
import { workloadWarnings } from "./workload-warnings";
import { credspecSentence, sentence } from "../rules/problem";

const UNPROCESSABLE = 422;
const WORKLOADS = [
  a.Deployment,
  a.StatefulSet,
  a.DaemonSet,
  a.ReplicaSet,
  a.ReplicationController,
  a.Job,
  a.CronJob,
] as const;

class GMSACredentialSpec extends a.GenericKind implements CredspecObject {
  declare credspec?: unknown;
}

type Answer = ReturnType<PeprValidateRequest<a.GenericKind>["Approve"]>;

/** Registers the bindings for early warnings. */
export function bindEarlyWarnings(gmsa: Capability): void {
  const { group, version, plural } = CREDSPEC_RESOURCE;
  gmsa
    .When(GMSACredentialSpec, { group, version, plural, kind: CREDSPEC_KIND })
    .IsCreatedOrUpdated()
    .Validate(request =>
      approvedOnError(request, "credspec", ({ log }) => answerCredspec(request, log)),
    );
  gmsa
    .When(GMSACredentialSpec, { group, version, plural, kind: CREDSPEC_KIND })
    .IsDeleted()
    .Validate(request =>
      approvedOnError(request, "deletion", surroundings => answerDeletion(request, surroundings)),
    );
  for (const model of WORKLOADS) bindWorkload(gmsa, model);
}

/**
 * Registers bindings for the custom kinds of an installation, in every version. Call it before Pepr
 * serves.
 */
export function bindWarnedKinds(gmsa: Capability, kinds: readonly WarnedKind[]): void {
  for (const { group, kind, plural } of kinds) {
    // With an empty version, Pepr matches all versions.
    bindWorkload(gmsa, a.GenericKind, { group, kind, plural, version: "" });
  }
}

function bindWorkload(
  gmsa: Capability,
  model: typeof a.GenericKind,
  kind?: Parameters<Capability["When"]>[1],
): void {
  gmsa
    .When(model, kind)
    .IsCreatedOrUpdated()
    .Validate(request =>
      approvedOnError(request, "workload", ({ cluster }) => answerWorkload(request, cluster())),
    );
}

function answerCredspec(
  request: PeprValidateRequest<GMSACredentialSpec>,
  log: Surroundings["log"],
): Answer {
  const { refusals, warnings } = judgeCredspec(
    request.Raw,
    (request.OldResource as CredspecObject | null) ?? undefined,
  );
  // A name never changes, so it is judged once.
  const isNew = (request.OldResource ?? undefined) === undefined;
  const placeholder = isNew ? placeholderName(request.Raw.metadata?.name ?? "") : undefined;
  const told = kubectlWarnings([
    ...(placeholder === undefined ? [] : [sentence(placeholder)]),
    ...warnings.map(credspecSentence),
  ]);
  if (refusals.length === 0) return request.Approve(told);
  const { uid, operation, name } = request.Request;
  const fields = refusals.flatMap(({ places }) => places.map(({ text }) => text));
  log.warn({ uid, operation, credspec: name, fields }, "Credential spec refused");
  answerNotes.add(uid, { refusal: { code: UNPROCESSABLE, causes: causesOf(refusals) } });
  return request.Deny(describeRefusal(refusals), undefined, told);
}

async function answerDeletion(
  request: PeprValidateRequest<GMSACredentialSpec>,
  { scan, log }: Surroundings,
): Promise<Answer> {
  // If a whole collection is deleted, the request does not have a name.
  const name = request.Raw.metadata?.name ?? request.Request.name;
  const answer = await scan?.().usersOf(name);
  if (answer?.missing !== undefined) {
    const { uid } = request.Request;
    log.warn(
      { uid, credspec: name, why: answer.missing },
      "Users of a credential spec were not counted",
    );
  }
  return request.Approve(kubectlWarnings(describeDeletion(name, answer)));
}

async function answerWorkload(
  request: PeprValidateRequest<a.GenericKind>,
  cluster: Cluster,
): Promise<Answer> {
  const workload = request.Raw as ObjectLike;
  const namespace = request.Request.namespace ?? "";
  return request.Approve(kubectlWarnings(await workloadWarnings(cluster, { workload, namespace })));
}

/**
 * Approves the request if the check fails, so that a bug in the webhook never blocks these objects.
 */
async function approvedOnError(
  request: PeprValidateRequest<a.GenericKind>,
  object: EarlyObject,
  review: (surroundings: Surroundings) => Answer | Promise<Answer>,
): Promise<Answer> {
  const surroundings = surroundingsOf(request.Request);
  const { metrics, log } = surroundings;
  try {
    const answer = await review(surroundings);
    metrics.earlyReview(object, outcomeOf(answer));
    return answer;
  } catch (error) {
    metrics.earlyReview(object, "failed");
    const { uid, kind } = request.Request;
    log.error({ err: error, uid, kind }, "No warnings could be given");
    return request.Approve();
  }
}

function outcomeOf({ allowed, warnings = [] }: Answer): EarlyOutcome {
  if (!allowed) return "refused";
  return warnings.length > 0 ? "warned" : "silent";
}
