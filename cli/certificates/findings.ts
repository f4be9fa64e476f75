/** Pure: what is wrong with an installation's certificates, and what to do about it. */
import { renewalDate } from "../../certificates/plan";
import { NAMESPACE, KEEPER } from "../../kube/installed-objects";
import { certificatesIn } from "../../pki/trust-bundle";
import type { CertificateStatus, CertificateInputs, Finding, Source } from "./model";

const MS_PER_DAY = 24 * 3600 * 1000;

/** Less is too little for people to notice and act. */
const FEWEST_DAYS = 14;

/** The keeper looks every few seconds; what it has not done by now it does not do. */
const OVERDUE_MS = 3600 * 1000;

/** Where to look when the keeper does not do its work. */
export const LOOK_AT_KEEPER = `See kubectl -n ${NAMESPACE} logs deployment/${KEEPER}`;

/** Most urgent first; none if all is well. */
export function findingsOf(
  status: Omit<CertificateStatus, "healthy" | "findings">,
  facts: CertificateInputs,
): Finding[] {
  return [
    ...aboutThePair(status.source, facts),
    ...aboutItsEnd(status, facts),
    ...aboutWebhooks(status),
    ...aboutReplicas(status, facts.secretName),
  ];
}

/** A pair that cannot be served, or that no API server would accept. */
function aboutThePair(
  source: Source,
  { observation, refusal, secretName }: CertificateInputs,
): Finding[] {
  const { pair } = observation;
  if (pair.certificate === "" && pair.key === "") {
    const remedy =
      source === "cert-manager"
        ? "See kubectl -n pepr-system describe certificate"
        : `The keeper makes it within seconds. If it does not: ${LOOK_AT_KEEPER}`;
    return [{ problem: `Secret ${secretName} holds no certificate`, remedy }];
  }
  return refusal === undefined
    ? []
    : [
        {
          problem: `The pair in Secret ${secretName} is refused: ${refusal}`,
          remedy: anew(source),
        },
      ];
}

function aboutItsEnd(
  { source, certificate }: Partial<CertificateStatus>,
  facts: CertificateInputs,
): Finding[] {
  const leaf = certificatesIn(facts.observation.pair.certificate)[0];
  if (leaf === undefined || certificate === undefined || source === undefined) {
    return [];
  }
  const end = Date.parse(leaf.validTo);
  const now = facts.now.getTime();
  const renewal = renewalDate(leaf).getTime();
  if (end <= now) {
    // That it has ended is why it is refused.
    return [];
  }
  // Short-lived certificates are never far from their end.
  if (now > Math.max(end - FEWEST_DAYS * MS_PER_DAY, renewal)) {
    const problem = `The certificate ends in ${certificate.daysLeft} days`;
    return [{ problem, remedy: anew(source) }];
  }
  if (source === "keeper" && now > renewal + OVERDUE_MS) {
    const problem = `The certificate should have been renewed at ${new Date(renewal).toISOString()}`;
    return [{ problem, remedy: LOOK_AT_KEEPER }];
  }
  return [];
}

function aboutWebhooks({
  webhooks,
  source,
}: Pick<CertificateStatus, "webhooks" | "source">): Finding[] {
  return webhooks.flatMap(({ name, trustsCertificate, callsPath }) => [
    ...(trustsCertificate
      ? []
      : [
          {
            problem: `${name} does not trust the certificate: its caBundle lacks the CA`,
            remedy:
              source === "cert-manager"
                ? "See the log of cert-manager's cainjector"
                : `The keeper adds it within seconds. If it does not: ${LOOK_AT_KEEPER}`,
          },
        ]),
    ...(callsPath
      ? []
      : [
          {
            problem: `${name} calls another path than the replicas serve`,
            remedy: `The keeper sets it within seconds. If it does not: ${LOOK_AT_KEEPER}`,
          },
        ]),
  ]);
}

function aboutReplicas(
  { replicas }: Pick<CertificateStatus, "replicas">,
  secretName: string,
): Finding[] {
  return replicas
    .filter(({ serves }) => serves === "another certificate")
    .map(({ pod }) => ({
      problem: `Pod ${pod} serves another certificate than Secret ${secretName} holds`,
      remedy: `A changed Secret is served after up to two minutes. If it is not: kubectl -n ${NAMESPACE} logs ${pod}`,
    }));
}

/** How to come to another certificate. */
function anew(source: Source): string {
  switch (source) {
    case "keeper":
      return `Renew it: gmsa certs renew. If that does not help: ${LOOK_AT_KEEPER}`;
    case "given":
      return "Give another: gmsa certs use --cert FILE --key FILE --ca FILE; or have one made: gmsa certs use --own";
    case "cert-manager":
      return `See kubectl -n ${NAMESPACE} describe certificate`;
  }
}
