import { NAME, WARNED_KINDS_WEBHOOK } from "../../../kube/installation-names";
import { SHIPPED_EARLY_WARNINGS } from "../../manifests/shipped";
import { check, skip, unlessWrong, warn, type Observed } from "../report/check";
import { FILLED_IN, installedEarlyWarnings, type InstalledWebhook } from "./installed-webhooks";
import { observeObjects } from "./shipped-objects";

/** The consequence if one of them is missing. */
export const UNTOLD = "authors of these objects may not get warnings";
const BLOCKS = "these objects cannot be written while no replica is ready";
const CONFIGURATION = `ValidatingWebhookConfiguration/${NAME}`;
const NAMES = SHIPPED_EARLY_WARNINGS.map(({ name }) => name);

/**
 * Whether a field of a webhook configuration belongs to this check. The webhook for custom kinds is optional,
 * so as a whole it counts like any other webhook.
 */
export function isOfEarlyWarnings(path: string): boolean {
  return (
    NAMES.some(name => path.startsWith(`webhooks[${name}]`)) ||
    path.startsWith(`webhooks[${WARNED_KINDS_WEBHOOK}].`)
  );
}

/** Checks that authors get warnings when they write credential specs and workloads. No Pod depends on it. */
export const earlyWarnings = check({
  name: "early-warnings",
  title: "the webhooks that check credential specs and workloads when these are written",
  needs: ["installed", "validating"],
  judge({ installed, validating }) {
    const there = installedEarlyWarnings({ validating });
    if (there.length === 0) return [skip(`${CONFIGURATION}, which has them, is missing`)];
    return unlessWrong(
      [
        ...observeObjects(
          installed,
          ({ object, path }) => object === CONFIGURATION && isOfEarlyWarnings(path),
          ({ difference }) => ({
            level: "warn",
            // Writes must not be blocked by these webhooks.
            consequence: difference?.path.endsWith("failurePolicy") === true ? BLOCKS : UNTOLD,
          }),
        ),
        ...there.flatMap(aboutTrust),
      ],
      `${NAMES.join(" and ")} are as shipped`,
    );
  },
});

function aboutTrust({ configuration, webhook }: InstalledWebhook): Observed[] {
  return webhook !== undefined && (webhook.clientConfig.caBundle ?? "") === ""
    ? [warn(`${configuration} has no caBundle: ${UNTOLD}`, FILLED_IN)]
    : [];
}
