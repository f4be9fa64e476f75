/** Makes the API server trust a CA, with the rights of the kubeconfig's user, and follows the effect. */
import { X509Certificate, randomBytes } from "node:crypto";

import { makeAuthority } from "../../../certificates/authority";
import type { Observation } from "../../../certificates/installation";
import { isOurs, pathInUse, trustAlso } from "../../../certificates/plan";
import { whyNotReady } from "../../../certificates/plan-below";
import { AUTHORITY_SECRET, PATH_SECRET } from "../../../kube/installation-names";
import type { KeyPair } from "../../../pki/key-pair";
import { anchorsOf, toPem, withoutEnded } from "../../../pki/trust-bundle";
import type { KubeCertificates } from "../../certificates/kube-certificates";
import { checkedPair } from "../../certificates/read";
import { Failure } from "../../terminal/failure";
import type { Terminal } from "../../terminal/terminal";
import { follow, trustsOthers, untilBelow } from "./rotation";

interface Options {
  terminal: Terminal;
  newCa: boolean;
  wait: boolean;
  /** Milliseconds. */
  timeout: number;
}

/** Writes the CA and the path if they are missing, the CA first, and waits until the pair is served. */
export async function writeTrust(cluster: KubeCertificates, options: Options): Promise<void> {
  const { terminal } = options;
  const found = await cluster.observe();
  const apiPath = found.apiPath || (pathInUse(found) ?? randomBytes(32).toString("hex"));
  const observation = { ...found, apiPath };
  if (!isOurs(observation)) {
    await trustGiven(cluster, observation, options);
    if (found.apiPath === "") await cluster.storePath(apiPath);
    return;
  }
  const { authority, isNew } = await authorityFor(observation, options.newCa);
  await trust(cluster, observation, authority.certificate, terminal);
  if (found.apiPath === "") {
    await cluster.storePath(apiPath);
    terminal.print(`secret/${PATH_SECRET}: holds the path that the webhooks call`);
  }
  const ca = new X509Certificate(authority.certificate);
  if (isNew) await cluster.storeAuthority(authority);
  const end = new Date(ca.validTo).toISOString();
  terminal.print(`secret/${AUTHORITY_SECRET}: holds the CA, until ${end}`);
  if (options.wait) await untilServed(cluster, ca, options);
}

/** For a pair that the user supplied, the API server must trust its own CA. */
async function trustGiven(
  cluster: KubeCertificates,
  observation: Observation,
  { newCa, terminal }: Options,
): Promise<void> {
  if (newCa) {
    throw new Failure(
      "this certificate was supplied by a user, so another CA would have no effect",
      "Run `gmsa certs use --own` first to have one created.",
    );
  }
  const { pair } = await checkedPair(observation.pair, new Date());
  await trust(cluster, observation, pair.ca, terminal);
}

/** The existing CA if it is usable, or a new one. */
async function authorityFor(
  observation: Observation,
  newCa: boolean,
): Promise<{ authority: KeyPair; isNew: boolean }> {
  const { authority } = observation;
  const isUsable = authority !== undefined && whyNotReady(observation, new Date()) === undefined;
  if (isUsable && !newCa) return { authority, isNew: false };
  return { authority: await makeAuthority(), isNew: true };
}

async function trust(
  cluster: KubeCertificates,
  observation: Observation,
  ca: string,
  terminal: Terminal,
): Promise<void> {
  const changed = await cluster.updateWebhooks(trustAlso(observation, ca, new Date()));
  const how = changed ? "trust the CA and call the path now" : "trust the CA and call the path";
  terminal.print(`Both webhook configurations ${how}.`);
}

async function untilServed(
  cluster: KubeCertificates,
  ca: X509Certificate,
  { terminal, timeout }: Options,
): Promise<void> {
  const certificate = await terminal.during("Wait for pepr-gmsa-certificates", detail =>
    untilBelow(cluster, ca, { timeoutMs: timeout, detail }),
  );
  const count = await follow(certificate, cluster, { terminal, timeout });
  const now = await cluster.observe();
  if (!trustsOthers(now)) return;
  if (count === 0) {
    terminal.print(
      "The previous CAs stay trusted. Run this again from a machine that can reach the replicas.",
    );
    return;
  }
  const needed = withoutEnded(anchorsOf(now.pair), new Date());
  await cluster.updateWebhooks({ caBundle: toPem(needed), apiPath: now.apiPath });
  terminal.print("The previous CAs are no longer trusted.");
}
