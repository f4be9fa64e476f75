/** The component that adds the number of users to the warning for deleting a credential spec. */
import { SCANNED } from "../../kube/credspec-scan";
import { Rendering, render } from "../../testbed/manifests/rendering";

describe("component usage-count", () => {
  test("turns counting on, and lets the controller list the counted kinds only", async () => {
    const rendering = new Rendering(await render(["usage-count"]));
    const expected = new Rendering(await render([])).get("Deployment", "pepr-gmsa");
    const variables = expected.spec?.template.spec?.containers[0]?.env ?? [];
    const variable = variables.find(({ name }) => name === "GMSA_COUNT_USERS");
    expect(variable).toEqual({ name: "GMSA_COUNT_USERS", value: "false" });
    Object.assign(variable ?? {}, { value: "true" });
    expect(rendering.get("Deployment", "pepr-gmsa")).toEqual(expected);

    const { rules = [] } = rendering.get("ClusterRole", "pepr-gmsa-usage-count");
    const listed = rules.flatMap(({ apiGroups, resources = [], verbs }) =>
      resources.map(resource => [apiGroups?.[0], resource, verbs]),
    );
    const scanned = SCANNED.map(({ apiVersion, plural }) => [
      apiVersion.includes("/") ? apiVersion.split("/")[0] : "",
      plural,
      ["list"],
    ]);
    expect(listed.sort()).toEqual(scanned.sort());
  });
});
