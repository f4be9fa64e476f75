import { NAME, NAMESPACE } from "../../../kube/installation-names";
import type { ObjectDifference } from "../../manifests/installation/comparison";
import type { AdmissionWebhooks } from "../../inspect/state";
import type { Webhook } from "../../manifests/shipped";
import { check, refusing, unlessWrong, type Observed } from "../report/check";
import { isOfEarlyWarnings, UNTOLD } from "./early-warning-webhook";
import { FILLED_IN, installedWebhooks, type InstalledWebhook } from "./installed-webhooks";
import { observeObjects, type Judged } from "./shipped-objects";
import { oldConfigurations } from "./windows-gmsa";

const OURS = "webhooks[pepr-gmsa.pepr.dev]";

/** Checks that both configurations exist and make the API server ask about every GMSA Pod. */
export const webhooks = check({
  name: "webhooks",
  title: "both webhook configurations exist, and are as shipped",
  needs: ["installed", "mutating", "validating"],
  judge: ({ installed, ...state }) =>
    unlessWrong(
      [
        ...observeObjects(
          installed,
          ({ object, path }) => /WebhookConfiguration\//.test(object) && !hasOwnCheck(path),
          difference => judge(difference, state),
        ),
        ...installedWebhooks(state).flatMap(aboutTrust),
      ],
      `Mutating- and ValidatingWebhookConfiguration/${NAME} are as shipped`,
    ),
});

/** Whether a check of its own covers this field, as for match conditions and early warnings. */
function hasOwnCheck(path: string): boolean {
  return path.includes(".matchConditions") || isOfEarlyWarnings(path);
}

function judge({ object, difference }: ObjectDifference, state: AdmissionWebhooks): Judged {
  const validates = object.startsWith("Validating");
  const open: Judged = validates
    ? { level: "fail", consequence: "GMSA Pods are admitted unchecked", effect: "unchecked" }
    : { level: "fail", consequence: "contents are not filled in", effect: "refused" };
  const { path = OURS, found, shipped } = difference ?? {};
  if (path === OURS || path === "webhooks") {
    return found === undefined ? open : { level: "fail", consequence: "" };
  }
  if (!path.startsWith(`${OURS}.`)) return ofOthers(path, found === undefined);
  const field = path.slice(OURS.length + 1);
  return field === "failurePolicy"
    ? ofFailures(state, validates)
    : ofField(field, open, shipped === undefined);
}

/** Judges a field of the webhook for Pods. */
function ofField(field: string, open: Judged, isAdded: boolean): Judged {
  switch (/^\w+/.exec(field)?.[0] ?? "") {
    // The check `namespaces` reports the affected namespaces.
    case "namespaceSelector":
      return { level: "fail", consequence: "" };
    case "objectSelector":
      return { ...open, consequence: "Pods can opt out with a label" };
    case "clientConfig":
      // Another service may answer; the canary shows it.
      return {
        level: "fail",
        consequence: `the API server does not call ${NAMESPACE}/${NAME}`,
        effect: /^clientConfig\.service\.(port|path)$/.test(field) ? "unanswered" : "unknown",
      };
    case "rules":
      return isAdded ? { level: "fail", consequence: "" } : open;
    default:
      return { level: "warn", consequence: "" };
  }
}

function ofOthers(path: string, isMissing: boolean): Judged {
  if (isMissing) return { level: "warn", consequence: UNTOLD };
  return path.startsWith("webhooks[")
    ? { level: "fail", consequence: "another service is called in the name of this installation" }
    : { level: "warn", consequence: "" };
}

function ofFailures(state: AdmissionWebhooks, validates: boolean): Judged {
  return oldConfigurations(state).length > 0
    ? {
        level: "warn",
        consequence: "windows-gmsa checks Pods, as in step 2 of `gmsa explain migration`",
      }
    : {
        level: "fail",
        consequence: "GMSA Pods are admitted unchecked while no replica is ready",
        ...(validates ? { effect: "ignored" } : {}),
      };
}

/**
 * Checks only that there is a CA. The check `certificate`, which needs more rights, checks that it is the
 * right one.
 */
function aboutTrust({ configuration, webhook }: InstalledWebhook): Observed[] {
  const { clientConfig }: Partial<Webhook> = webhook ?? {};
  const problem = `${configuration} has no caBundle, so the API server trusts no replica`;
  return clientConfig !== undefined && (clientConfig.caBundle ?? "") === ""
    ? [refusing(problem, FILLED_IN, "unanswered")]
    : [];
}
