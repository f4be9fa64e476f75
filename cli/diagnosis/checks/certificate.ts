import type { CertificateStatus } from "../../certificates/model";
import { APPLY, check, fail, unlessWrong } from "../report/check";

/** The certificate is valid for long enough, is trusted, and is served. */
export const certificate = check({
  name: "certificate",
  title: "the serving certificate is valid, trusted by both webhook configurations, and served",
  needs: ["certificates"],
  judge: ({ certificates: status }) =>
    status === undefined
      ? [fail("a Secret or a webhook configuration of the installation is missing", APPLY)]
      : unlessWrong(
          status.findings.map(({ problem, remedy }) => fail(problem, remedy)),
          described(status),
        ),
});

function described({ certificate: leaf, replicas }: CertificateStatus): string {
  const serving = replicas.filter(({ serves }) => serves === "this certificate").length;
  const served =
    serving === 0
      ? "what the replicas serve cannot be seen from here"
      : `served by ${serving} of ${replicas.length} ready replicas`;
  return `the certificate has ${leaf?.daysLeft ?? 0} days left, and both webhook configurations trust it; ${served}`;
}
