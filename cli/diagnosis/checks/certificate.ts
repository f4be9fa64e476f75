import type { CertificateStatus } from "../../certificates/model";
import { daysInWords } from "../../certificates/end";
import { check, fail, unlessWrong, warn, type Effect } from "../report/check";
import { applyAdvice } from "./apply-advice";

/** Checks that the certificate is valid for long enough, is trusted, and is served. */
export const certificate = check({
  name: "certificate",
  title: "the serving certificate is valid, trusted by both webhook configurations, and served",
  needs: ["certificates", "installed"],
  judge: ({ certificates: status, installed }) =>
    status === undefined
      ? [fail(MISSING, applyAdvice(installed), "unanswered")]
      : unlessWrong(
          status.findings.map(({ level, problem, remedy }) =>
            level === "error" ? fail(problem, remedy, effectOf(status)) : warn(problem, remedy),
          ),
          described(status),
        ),
});

const MISSING = "a Secret or a webhook configuration of the installation is missing";

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
