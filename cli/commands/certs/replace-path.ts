/** Requests a new secret path of the webhooks, and waits until the API server calls it. */
import type { PathState } from "../../../certificates/path-plan";
import { arePathsRight } from "../../../certificates/plan";
import { PATH_SECRET } from "../../../kube/installation-names";
import { LOOK_AT_KEEPER } from "../../certificates/findings";
import type { KubeCertificates } from "../../certificates/kube-certificates";
import { describeDuration } from "../../options/option-types";
import { Failure } from "../../terminal/failure";
import type { Terminal } from "../../terminal/terminal";
import { poll, type Patience, type WaitOptions } from "./rotation";

/**
 * Requests a new path from the certificate controller, and waits until it is called, unless `wait` is false.
 */
export async function replacePath(
  cluster: KubeCertificates,
  { wait, timeout, terminal }: WaitOptions & { terminal: Terminal },
): Promise<void> {
  const value = new Date().toISOString();
  await cluster.askForPath(value);
  terminal.print(`secret/${PATH_SECRET}: new path requested`);
  if (!wait) return;
  await terminal.during("Wait until both webhook configurations call it", detail =>
    untilCalled(cluster, value, { timeoutMs: timeout, detail }),
  );
  const { trustOldMs } = cluster;
  const more =
    trustOldMs === undefined ? "for a while" : `for another ${describeDuration(trustOldMs)}`;
  terminal.print(`The previous path is answered ${more}.`);
}

/** @throws Failure if the new path is not called within the timeout. */
async function untilCalled(
  cluster: KubeCertificates,
  value: string,
  patience: Patience,
): Promise<void> {
  let told = "";
  const seen = await poll(patience, async () => {
    const state = await cluster.path();
    const line = describe(state, value);
    if (line !== told) {
      told = line;
      patience.detail(line);
    }
    return state.renew !== value || (await isCalled(cluster, state, value)) ? state : undefined;
  });
  if (seen === undefined) {
    throw new Failure(
      `the webhooks do not call a new path after ${describeDuration(patience.timeoutMs)}`,
      `${LOOK_AT_KEEPER}\nThe request remains: the path is replaced as soon as that works.`,
    );
  }
  if (seen.renew !== value) {
    throw new Failure(`somebody else changed the request in the meantime (${seen.renew})`);
  }
}

async function isCalled(
  cluster: KubeCertificates,
  { called, next, renewed }: PathState,
  value: string,
): Promise<boolean> {
  if (renewed !== value || next !== "") return false;
  return arePathsRight((await cluster.observe()).configurations, called);
}

function describe({ previous, next, renewed }: PathState, value: string): string {
  if (renewed !== value && previous !== "") return "the previous request is still in progress";
  if (renewed !== value) return "requested";
  return next === "" ? "called from now on" : "the replicas read it";
}
