/** The reasons of a report in words. */
import type { Check, Reason, Verdict } from "./checks";
import type { Unused } from "./offered";

const WORDS: Readonly<Record<Reason, string>> = {
  "filled in": "admitted, and the contents of the credential spec are filled in",
  admitted: "admitted",
  "random hostname": "the Pod has a random hostname",
  "refused as it must be": "refused, because the account has no grant",
  "contents missing": "admitted, but no contents are filled in: GMSA is not checked here",
  "contents differ": "admitted, but the contents are not those of the credential spec",
  "hostname missing": "the Pod has no random hostname, although it asks for one",
  refused: "refused",
  "refused for another reason": "refused, but not because the grant is revoked",
  "admitted without a grant": "admitted, although the grant is revoked",
  "webhook unreachable": "refused, because the API server cannot call the webhook",
  "refused by others": "refused by something other than GMSA for Kubernetes",
  running: "the container runs",
  restarted: "the container runs again",
  done: "done",
  kept: "the Pod holds the contents that it was created with",
  "contents changed": "the contents in the running Pod have changed",
  "not started": "the container does not start",
  "no image": "the image cannot be pulled",
  ended: "the container ends by itself",
  "not restarted": "the container was not started again",
  "no sign of a start": "the container does not start, and no event explains it",
  "not scheduled": "the Pod is not on a node",
  gone: "the Pod is gone",
  "call failed": "the call to the API server failed",
  ticket: "the account gets Kerberos tickets",
  channel: "Netlogon has a secure channel",
  named: "the container has a name",
  "share read": "the share can be read",
  "logged in": "SQL Server accepts the account",
  "no ticket": "the account gets no Kerberos ticket",
  "channel down": "Netlogon has no secure channel",
  "share denied": "the share cannot be read",
  "login denied": "SQL Server does not accept the account",
  "another login": "SQL Server sees another account",
  "no program": "the image does not have the program",
  "no right": "the user of gmsa may not do this",
  "no answer": "no answer from inside of the container",
  unreadable: "the answer cannot be read",
  interrupted: "interrupted",
  "after the above": "not tried, because of the above",
  "no node": "no node that is ready offers this version",
};

/** Renders a check as a clause. */
export function wordsOf({ reason, detail }: Pick<Check, "reason" | "detail">): string {
  return detail === "" ? WORDS[reason] : `${WORDS[reason]}: ${detail}`;
}

export const MARKS: Readonly<Record<Verdict, string>> = {
  passed: "✔",
  failed: "✘",
  unknown: "?",
  skipped: "-",
};

export const UNUSED: Readonly<Record<Unused, string>> = {
  "not ready": "not ready",
  unschedulable: "cordoned",
  "no build": "its build is not known",
  "other release": "not Windows Server 2019, 2022 or 2025",
};
