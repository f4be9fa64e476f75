/**
 * Pure: judges the event log of Container Credential Guard on the node by event numbers.
 *
 * Numbers:
 * https://learn.microsoft.com/virtualization/windowscontainers/manage-containers/gmsa-troubleshooting
 */
import type { Lookup } from "../../../api/calls";
import { pass, skip, warn, type Observed } from "../../../diagnosis/report/check";
import type { CcgEvent, NodeReport } from "../../../inspect/node-reports";
import { valueOf, whyUnknown } from "./password-source";

const FETCHED = 2;
/** Events that do not report an error. */
const GOOD: Readonly<Record<number, string>> = {
  1: "the plug-in was loaded",
  [FETCHED]: "an account's password was fetched from the domain",
  7: "a password has changed and is fetched again",
};

const CREDSPEC =
  "Check the contents of the credential spec with `gmsa lint`; `gmsa explain credspecs` describes them.";
const BAD: Readonly<Record<number, readonly [means: string, remedy: string]>> = {
  3: ["the credential spec could not be parsed", CREDSPEC],
  4: [
    "the plug-in could not be loaded",
    "Reinstall it on the node. The identity that its COM class runs as must exist.",
  ],
  6: [
    "the plug-in was loaded, but got no credentials",
    "Check PluginInput, and that the node may read the secret store that it names.",
  ],
  8: [
    "the plug-in got credentials, but the domain did not return the account's password for them",
    "The user in the secret must be among PrincipalsAllowedToRetrieveManagedPassword, and its own password must not have expired.",
  ],
  9: ["PluginGUID could not be parsed", CREDSPEC],
};

const SEE_LOG =
  "Run `Get-WinEvent -LogName Microsoft-Windows-Containers-CCG/Admin` on the node to see the texts.";

/**
 * Judges the newest event of each number since a password was last fetched. An event does not name its Pod,
 * so none is more than a warning.
 *
 * @param guid class ID of the credential spec's plug-in.
 */
export function judgeCcgEvents(guid: string, report: Lookup<NodeReport> | undefined): Observed[] {
  const { ccgEvents } = valueOf(report);
  if (ccgEvents === undefined) {
    return [{ level: "unknown", message: whyUnknown(report), remedy: SEE_LOG }];
  }
  if (ccgEvents === null) {
    return [
      {
        level: "unknown",
        message: "the node has no event log Microsoft-Windows-Containers-CCG/Admin",
        remedy:
          "Server Core of Windows Server 2019 does not have it. Other versions have it once CCG has run.",
      },
    ];
  }
  const events = ccgEvents
    .filter(({ plugin }) => plugin === "" || plugin.toUpperCase() === guid.toUpperCase())
    .sort((left, right) => Date.parse(right.time) - Date.parse(left.time));
  const fetched = events.findIndex(({ id }) => id === FETCHED);
  const told = fetched === -1 ? events : events.slice(0, fetched + 1);
  const newest = [...new Set(told.map(({ id }) => id))].flatMap(
    id => told.find(event => event.id === id) ?? [],
  );
  return newest.length === 0
    ? [skip("the node's CCG has not logged an event about this plug-in in the last day")]
    : newest.map(describe);
}

function describe({ id, time }: CcgEvent): Observed {
  const event = `event ${id} of ${time}`;
  const good = GOOD[id];
  if (good !== undefined) return pass(`${event}: ${good}`);
  const [means, remedy] = BAD[id] ?? ["its meaning is unknown", ""];
  return warn(`${event}: ${means}`, `${remedy} ${SEE_LOG}`.trim());
}
