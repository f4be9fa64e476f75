import { describeObject } from "../../../rules/rbac/binding";
import { wideGrants as wideGrantsIn, type WideGrant } from "../../../rules/rbac/wide-grant";
import { check, editCommand, unlessWrong, warn, type Observed } from "../report/check";

/** Checks that no role lets everybody use credential specs, as roles for everything do. */
export const wideGrants = check({
  name: "wide-grants",
  title: "no grant lets everybody use credential specs",
  needs: ["rbac"],
  judge: ({ rbac }) =>
    unlessWrong(wideGrantsIn(rbac).map(observe), "no grant lets everybody use credential specs"),
});

function observe({ binding, role, group, problem }: WideGrant): Observed {
  return warn(
    `${problem}: ${describeObject(binding)} gives Group ${group} the rights of ${describeObject(role)}`,
    `Run \`gmsa grant\` for the service accounts that need it, and remove the group with ${editCommand(binding)}.`,
  );
}
