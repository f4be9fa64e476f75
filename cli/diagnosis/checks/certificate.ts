import { NAME, PATH_SECRET, TLS_SECRET } from "../../../kube/installation-names";
import type { CertificateStatus } from "../../certificates/model";
import { daysInWords } from "../../certificates/end";
import type { InstalledObjects } from "../../inspect/installed-objects";
import { check, fail, unlessWrong, warn, type Effect } from "../report/check";
import { applyAdvice } from "./apply-advice";

/** Checks that the certificate is valid for long enough, is trusted, and is served. */
export const certificate = check({
  name: "certificate",
  title: "the serving certificate is valid, trusted by both webhook configurations, and served",
  needs: ["certificates", "installed"],
  judge: ({ certificates: status, installed }) =>
    status === undefined
      ? [fail(missingFrom(installed), applyAdvice(installed), "unanswered")]
      : unlessWrong(
          status.findings.map(({ level, problem, remedy }) =>
            level === "error" ? fail(problem, remedy, effectOf(status)) : warn(problem, remedy),
          ),
          described(status),
        ),
});

/** The objects without which the certificate cannot be judged. */
const NEEDED = [
  `MutatingWebhookConfiguration/${NAME}`,
  `ValidatingWebhookConfiguration/${NAME}`,
  `Secret/${TLS_SECRET}`,
  `Secret/${PATH_SECRET}`,
];

function missingFrom({ objects, unknown }: InstalledObjects): string {
  const missing = NEEDED.filter(id => objects[id] === undefined && unknown[id] === undefined);
  // With a certificate from elsewhere, its Secret has another name.
  if (missing.length === 0) return "the Secret with the certificate is missing";
  return `${missing.join(" and ")} ${missing.length === 1 ? "is" : "are"} missing`;
}

/** An API server that does not trust the replicas, or calls another path, gets no answer. */
function effectOf({ webhooks }: CertificateStatus): Effect | undefined {
  const isAnswered = webhooks.every(one => one.trustsCertificate && one.callsPath);
  return isAnswered ? undefined : "unanswered";
}

function described({ certificate: leaf, replicas }: CertificateStatus): string {
  const serving = replicas.filter(({ serves }) => serves === "this certificate").length;
  const served =
    serving === 0
      ? "the certificate of the replicas cannot be seen from here"
      : `served by ${serving} of ${replicas.length} ready replicas`;
  return `the certificate has ${daysInWords(leaf?.daysLeft ?? 0)}, and both webhook configurations trust it; ${served}`;
}
