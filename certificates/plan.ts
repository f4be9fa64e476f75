/** Pure: what is to be done next about the certificates of an installation. */
import { X509Certificate } from "node:crypto";

import { checkPair } from "../pki/key-pair";
import type { Observation, StoredPair, WebhookChange, WebhookConfiguration } from "./installation";
import { newPath } from "./path-plan";
import { anchorsOf, certificatesIn, includes, toPem, union } from "../pki/trust-bundle";

/** One step; after each, the installation is looked at anew. */
export type Step =
  | { do: "nothing" }
  /** Something that only people can mend. */
  | { do: "complain"; why: string }
  | { do: "store path"; apiPath: string }
  | { do: "rotate"; why: string }
  | { do: "update webhooks"; change: WebhookChange }
  /** The old CA may go once every replica has served the new pair long enough. */
  | { do: "drop old CAs"; fingerprint: string; change: WebhookChange };

/** Lets the pair be renewed when less than this part of its life is left. */
const RENEW_AT = 1 / 4;

/** The next step, most urgent first. */
export function planStep(observation: Observation, now: Date): Step {
  const { apiPath, pair } = observation;
  if (apiPath === "") {
    return { do: "store path", apiPath: pathInUse(observation) ?? newPath() };
  }
  if (isOurs(observation)) {
    const why = reasonToRotate(pair, now);
    if (why !== undefined) return { do: "rotate", why };
  }
  return planTrust(observation, now);
}

/** A pair is the keeper's to replace unless somebody else has put it there, or is about to. */
export function isOurs({ pair, configurations }: Observation): boolean {
  const empty = pair.certificate === "" && pair.key === "";
  return (pair.own || empty) && !configurations.some(({ injected }) => injected);
}

function reasonToRotate(pair: StoredPair, now: Date): string | undefined {
  if (pair.certificate === "" && pair.key === "") return "there is no certificate yet";
  if (pair.renew !== pair.renewed) return `asked for (${pair.renew})`;
  try {
    const { notAfter } = checkPair(pair, now);
    anchorsOf(pair);
    const isTime = renewalDate(new X509Certificate(pair.certificate)) < now;
    return isTime ? `it ends at ${notAfter.toISOString()}` : undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** When the keeper renews a certificate that it has made. */
export function renewalDate({ validFrom, validTo }: X509Certificate): Date {
  const [start, end] = [Date.parse(validFrom), Date.parse(validTo)];
  return new Date(end - RENEW_AT * (end - start));
}

/** The path that the webhooks call already, if Secret pepr-gmsa-api-path was lost. */
function pathInUse({ configurations }: Observation): string | undefined {
  return configurations
    .flatMap(({ webhooks }) => webhooks)
    .map(({ path }) => /^\/(?:mutate|validate)\/([0-9a-f]{32,})$/.exec(path)?.[1])
    .find(path => path !== undefined);
}

function planTrust(observation: Observation, now: Date): Step {
  const { pair, configurations, apiPath } = observation;
  if (configurations.some(({ injected }) => injected)) {
    return arePathsRight(configurations, apiPath)
      ? { do: "nothing" }
      : { do: "update webhooks", change: { apiPath } };
  }
  let wanted: X509Certificate[];
  let fingerprint: string;
  try {
    fingerprint = checkPair(pair, now).fingerprint;
    wanted = anchorsOf(pair);
  } catch (error) {
    return { do: "complain", why: `the Secret with the certificate: ${(error as Error).message}` };
  }
  const bundles = configurations.flatMap(({ webhooks }) =>
    webhooks.map(({ caBundle }) => certificatesIn(caBundle)),
  );
  if (
    !bundles.every(bundle => includes(bundle, wanted)) ||
    !arePathsRight(configurations, apiPath)
  ) {
    const caBundle = toPem(union([...bundles, wanted], now));
    return { do: "update webhooks", change: { caBundle, apiPath } };
  }
  if (bundles.some(bundle => !includes(wanted, bundle))) {
    return { do: "drop old CAs", fingerprint, change: { caBundle: toPem(wanted), apiPath } };
  }
  return { do: "nothing" };
}

/** Whether every webhook calls this path. */
export function arePathsRight(configurations: WebhookConfiguration[], apiPath: string): boolean {
  return configurations.every(({ kind, webhooks }) =>
    webhooks.every(({ path }) => path === `/${kind}/${apiPath}`),
  );
}

/** The change that lets a new CA be trusted beside those that are trusted now. */
export function trustAlso(observation: Observation, ca: string, now: Date): WebhookChange {
  const bundles = observation.configurations.flatMap(({ webhooks }) =>
    webhooks.map(({ caBundle }) => certificatesIn(caBundle)),
  );
  return {
    caBundle: toPem(union([...bundles, certificatesIn(ca)], now)),
    apiPath: observation.apiPath,
  };
}
