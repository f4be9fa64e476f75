import { check, skip, unlessWrong } from "../report/check";
import { installedWebhooks, isInjected } from "./installed-webhooks";
import { observeObjects, type Judged } from "./shipped-objects";

const CONDITIONS = /^webhooks\[pepr-gmsa\.pepr\.dev\]\.matchConditions/;

/** Checks that Pods without GMSA never reach the webhook, and that every GMSA Pod does. */
export const matchConditions = check({
  name: "match-conditions",
  title: "the match conditions by which only GMSA Pods reach the webhook",
  needs: ["installed", "mutating", "validating"],
  judge({ installed, mutating, validating }) {
    const observed = observeObjects(
      installed,
      ({ object, path }) =>
        /WebhookConfiguration\//.test(object) && (path === "" || CONDITIONS.test(path)),
      ({ object, difference }) =>
        difference === undefined
          ? undefined
          : judge(object, difference.path, difference.found === undefined),
    );
    const missing = installedWebhooks({ mutating, validating }).filter(
      ({ webhook }) => webhook === undefined,
    );
    const isOld = isInjected([...mutating, ...validating]);
    const skipped = missing.map(({ configuration }) => skip(`${configuration} is missing`));
    return unlessWrong(
      [...skipped, ...observed].map(one =>
        isOld && one.level === "warn"
          ? { ...one, remedy: `${OLD_CAINJECTOR} ${one.remedy ?? ""}` }
          : one,
      ),
      "only GMSA Pods reach the webhook; the conditions are as shipped",
    );
  },
});

/** Its client does not know match conditions, and drops unknown fields when it writes. */
const OLD_CAINJECTOR =
  "The cainjector of cert-manager before 1.12 removes them whenever it fills in the CA: upgrade cert-manager first.";

function judge(object: string, path: string, isGone: boolean): Judged {
  if (isGone && path.endsWith("matchConditions")) {
    return { level: "warn", consequence: "every Pod waits for the webhook" };
  }
  return object.startsWith("Validating")
    ? { level: "fail", consequence: "GMSA Pods may bypass it", effect: "unchecked" }
    : { level: "fail", consequence: "contents may not be filled in", effect: "unknown" };
}
