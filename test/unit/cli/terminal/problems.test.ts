import { noSuchCredspec, notAuthorized } from "../../../../rules/admission/denial";
import { remedyWithCommand } from "../../../../cli/terminal/problems";
import { gmsaPlacesOf } from "../../../../rules/pod/windows-options";

const PLACES = gmsaPlacesOf({
  metadata: { name: "web" },
  spec: {
    containers: [],
    securityContext: { windowsOptions: { gmsaCredentialSpecName: "webapp1" } },
  },
});
const ACCOUNT = { namespace: "shop", name: "web" };

describe("the command in the remedy of a refusal", () => {
  test.each(["", "no relationship found"])("makes the grant that is missing: %j", reason => {
    const denial = notAuthorized(ACCOUNT, "webapp1", PLACES, reason);
    expect(remedyWithCommand(denial)).toBe(
      `${denial.remedy} Run \`gmsa grant webapp1 --service-account shop/web\`, or add \`--dry-run client\` to print the objects only.`,
    );
  });

  test("is absent if no object can have the name, and for problems other than a missing grant", () => {
    for (const denial of [
      notAuthorized(ACCOUNT, "Web App 1", PLACES, ""),
      noSuchCredspec("webapp1", PLACES),
    ]) {
      expect(remedyWithCommand(denial)).toBe(denial.remedy);
    }
  });
});
