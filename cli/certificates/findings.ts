/** Pure: what is wrong with an installation's certificates, and what to do about it. */
import { renewalDate } from "../../certificates/plan";
import { NAMESPACE, KEEPER } from "../../kube/installed-objects";
import { MS_PER_DAY } from "../../pki/key-pair";
import { certificatesIn } from "../../pki/trust-bundle";
import type {
  CertificateInputs,
  CertificateStatus,
  ConfigurationStatus,
  Finding,
  Source,
} from "./model";

/** Less is too little for people to notice and act. */
const FEWEST_DAYS = 14;

/** The keeper looks every few seconds; what it has not done by now it does not do. */
const OVERDUE_MS = 3600 * 1000;

/** Where to look when the keeper does not do its work. */
export const LOOK_AT_KEEPER = `See kubectl -n ${NAMESPACE} logs deployment/${KEEPER}`;

/** What is known of the certificates, before it is judged. */
type Unjudged = Omit<CertificateStatus, "healthy" | "findings">;

/** Most urgent first; none if all is well. */
export function findingsOf(status: Unjudged, inputs: CertificateInputs): Finding[] {
  return [
    ...aboutThePair(status.source, inputs),
    ...aboutItsEnd(status, inputs),
    ...status.webhooks.flatMap(webhook => aboutWebhook(webhook, status.source)),
    ...aboutReplicas(status, inputs.secretName),
  ];
}

/** A pair that cannot be served, or that no API server would accept. */
function aboutThePair(
  source: Source,
  { observation: { pair }, refusal, secretName }: CertificateInputs,
): Finding[] {
  if (pair.certificate === "" && pair.key === "") {
    const remedy =
      source === "cert-manager"
        ? "See kubectl -n pepr-system describe certificate"
        : `The keeper makes it within seconds. If it does not: ${LOOK_AT_KEEPER}`;
    return [{ problem: `Secret ${secretName} holds no certificate`, remedy }];
  }
  const problem = `The pair in Secret ${secretName} is refused: ${refusal ?? ""}`;
  return refusal === undefined ? [] : [{ problem, remedy: anew(source) }];
}

function aboutItsEnd({ source, certificate }: Unjudged, inputs: CertificateInputs): Finding[] {
  const leaf = certificatesIn(inputs.observation.pair.certificate)[0];
  if (leaf === undefined || certificate === undefined) return [];
  const end = Date.parse(leaf.validTo);
  const now = inputs.now.getTime();
  const renewal = renewalDate(leaf).getTime();
  // That it has ended is why it is refused.
  if (end <= now) return [];
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

function aboutWebhook(
  { name, trustsCertificate, callsPath }: ConfigurationStatus,
  source: Source,
): Finding[] {
  const untrusted: Finding = {
    problem: `${name} does not trust the certificate: its caBundle lacks the CA`,
    remedy:
      source === "cert-manager"
        ? "See the log of cert-manager's cainjector"
        : `The keeper adds it within seconds. If it does not: ${LOOK_AT_KEEPER}`,
  };
  const otherPath: Finding = {
    problem: `${name} calls another path than the replicas serve`,
    remedy: `The keeper sets it within seconds. If it does not: ${LOOK_AT_KEEPER}`,
  };
  return [...(trustsCertificate ? [] : [untrusted]), ...(callsPath ? [] : [otherPath])];
}

function aboutReplicas({ replicas }: Unjudged, secretName: string): Finding[] {
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
