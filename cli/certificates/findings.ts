/** Pure: the problems of an installation's certificates, with remedies. */
import { renewalDate, stoppedRotation } from "../../certificates/plan";
import { stoppedBelow } from "../../certificates/plan-below";
import { stopInWords } from "../../certificates/stop-in-words";
import { AUTHORITY_SECRET, NAME, NAMESPACE, KEEPER } from "../../kube/installation-names";
import { certificatesIn, withoutEnded } from "../../pki/trust-bundle";
import { durationInWords, endLevel } from "./end";
import type {
  CertificateInputs,
  CertificateStatus,
  ConfigurationStatus,
  Finding,
  Source,
} from "./model";

/**
 * A person creates the next CA, and every certificate below it ends with it. That leaves a quarter of a year
 * to act.
 */
const SOON_CA_DAYS = 90;
const NOW_CA_DAYS = 14;

/** The certificate controller runs every few seconds. After this time it is overdue. */
const OVERDUE_MS = 3600 * 1000;

/** Where to look if the certificate controller does not do its work. */
const KEEPER_LOG = `\`kubectl -n ${NAMESPACE} logs deployment/${KEEPER}\``;
export const LOOK_AT_KEEPER = `See ${KEEPER_LOG}.`;
/** Follows a sentence about something that happens automatically. */
export const OR_LOOK_AT_KEEPER = `If it does not, see ${KEEPER_LOG}.`;

/** The known facts about the certificates, without findings. */
type Unjudged = Omit<CertificateStatus, "healthy" | "findings">;

/** Most urgent first. Empty if there are no problems. */
export function findingsOf(status: Unjudged, inputs: CertificateInputs): Finding[] {
  return [
    ...aboutAuthority(status),
    ...aboutThePair(status.source, inputs),
    ...aboutItsEnd(status, inputs),
    ...aboutStop(inputs),
    ...aboutEndedCas(inputs),
    ...status.webhooks.flatMap(webhook => aboutWebhook(webhook, status)),
    ...aboutReplicas(status, inputs.secretName),
  ];
}

const NEW_CA = "Run `gmsa certs trust --new-ca`.";

/** The CA that a person creates, and must replace before it ends. */
function aboutAuthority({ trust, authority }: Unjudged): Finding[] {
  if (trust === "automatic") return [];
  if (authority === undefined) {
    return [
      {
        level: "error",
        problem: `Secret ${AUTHORITY_SECRET} does not hold a CA, so no certificate can be created`,
        remedy: "Run `gmsa certs trust`.",
      },
    ];
  }
  const { daysLeft } = authority;
  // An expired CA is reported as the reason why the pair is refused.
  if (daysLeft >= SOON_CA_DAYS || daysLeft < 0) return [];
  return [
    {
      level: daysLeft < NOW_CA_DAYS ? "error" : "warning",
      problem: `The CA in Secret ${AUTHORITY_SECRET} expires in ${daysLeft} days, and so does every certificate below it`,
      remedy: NEW_CA,
    },
  ];
}

/** A rotation that a limit stops. */
function aboutStop({ observation, now }: CertificateInputs): Finding[] {
  const stoppedOf = observation.authority === undefined ? stoppedRotation : stoppedBelow;
  const stopped = stoppedOf(observation, now);
  return stopped === undefined ? [] : [{ level: "error", ...stopInWords(stopped) }];
}

/** An expired CA makes no certificate trusted. The certificate controller leaves it out. */
function aboutEndedCas({ anchors, now, secretName }: CertificateInputs): Finding[] {
  const living = withoutEnded(anchors, now);
  // If all have expired, the certificate is refused for that reason.
  if (living.length === 0) return [];
  return anchors
    .filter(ca => !living.includes(ca))
    .map(ca => ({
      level: "error",
      problem: `ca.crt in Secret ${secretName} holds a CA that expired at ${new Date(ca.validTo).toISOString()}: ${onOneLine(ca.subject)}`,
      remedy: "Remove it from ca.crt: an expired CA has no effect.",
    }));
}

/** A pair that cannot be served, or that the API server would not accept. */
function aboutThePair(
  source: Source,
  { observation: { pair }, refusal, secretName }: CertificateInputs,
): Finding[] {
  if (pair.certificate === "" && pair.key === "") {
    const remedy =
      source === "cert-manager"
        ? "See `kubectl -n pepr-system describe certificate`."
        : `pepr-gmsa-certificates creates it within seconds. ${OR_LOOK_AT_KEEPER}`;
    return [{ level: "error", problem: `Secret ${secretName} holds no certificate`, remedy }];
  }
  const problem = `The key pair in Secret ${secretName} is refused: ${refusal ?? ""}`;
  return refusal === undefined ? [] : [{ level: "error", problem, remedy: replacementFor(source) }];
}

function aboutItsEnd({ source, authority }: Unjudged, inputs: CertificateInputs): Finding[] {
  const leaf = certificatesIn(inputs.observation.pair.certificate)[0];
  if (leaf === undefined) return [];
  const end = Date.parse(leaf.validTo);
  const now = inputs.now.getTime();
  // An expired certificate is reported as refused. A certificate that ends with its CA cannot be extended.
  if (end <= now || end >= Date.parse(authority?.validTo ?? "")) return [];
  const renewal = renewalDate(leaf).getTime();
  const overdue = now > renewal + Math.min(OVERDUE_MS, (end - renewal) / 4);
  if (source === "keeper" && !overdue) return [];
  const level = endLevel({ start: Date.parse(leaf.validFrom), end }, source, now);
  if (level !== undefined) {
    return [{ level, problem: endInWords(source, end - now), remedy: replacementFor(source) }];
  }
  return source === "keeper" ? [notRenewed(renewal)] : [];
}

function endInWords(source: Source, leftMs: number): string {
  const nobody = source === "given" ? ", and it is not renewed automatically" : "";
  return `The certificate expires in ${durationInWords(leftMs)}${nobody}`;
}

function notRenewed(renewal: number): Finding {
  const problem = `The certificate should have been renewed at ${new Date(renewal).toISOString()}`;
  return { level: "warning", problem, remedy: LOOK_AT_KEEPER };
}

function aboutWebhook(webhook: ConfigurationStatus, { source, trust }: Unjudged): Finding[] {
  const { name, trustsCertificate, callsPath, elsewhere } = webhook;
  if (elsewhere.length > 0) {
    return elsewhere.map(one => ({
      level: "error",
      problem: `Webhook ${one} of ${name} does not call Service ${NAMESPACE}/${NAME}, so its CA and path are not changed`,
      remedy:
        "Run `kubectl replace` with this object of dist/gmsa.yaml; `kubectl apply` does not remove a URL.",
    }));
  }
  const byKeeper = (verb: string): string =>
    trust === "manual"
      ? "Run `gmsa certs trust`."
      : `${KEEPER} ${verb} it within seconds. ${OR_LOOK_AT_KEEPER}`;
  const untrusted: Finding = {
    level: "error",
    problem: `${name} does not trust the certificate: its caBundle lacks the CA`,
    remedy:
      source === "cert-manager" ? "See the log of cert-manager's cainjector." : byKeeper("adds"),
  };
  const otherPath: Finding = {
    level: "error",
    problem: `${name} calls another path than the replicas serve`,
    remedy: byKeeper("sets"),
  };
  return [...(trustsCertificate ? [] : [untrusted]), ...(callsPath ? [] : [otherPath])];
}

function aboutReplicas({ replicas }: Unjudged, secretName: string): Finding[] {
  return replicas
    .filter(({ serves }) => serves === "another certificate")
    .map(({ pod }) => ({
      level: "error",
      problem: `Pod ${pod} serves another certificate than Secret ${secretName} holds`,
      remedy: `A changed Secret is served within two minutes. If it is not, see \`kubectl -n ${NAMESPACE} logs ${pod}\`.`,
    }));
}

/** The remedy to get another certificate. */
function replacementFor(source: Source): string {
  switch (source) {
    case "keeper":
      return `Run \`gmsa certs renew\`. If that does not help, see ${KEEPER_LOG}.`;
    case "given":
      return "Run `gmsa certs use --cert FILE --key FILE --ca FILE` to supply another, or `gmsa certs use --own` to have one created.";
    case "cert-manager":
      return `See \`kubectl -n ${NAMESPACE} describe certificate\`.`;
  }
}

/**
 * A name for people. Node.js puts each part on its own line.
 *
 * @param name undefined if the certificate has none, as Node.js returns it although its type does not say so.
 */
export function onOneLine(name: string | undefined): string {
  return name?.replaceAll("\n", ", ") ?? "(no name)";
}
