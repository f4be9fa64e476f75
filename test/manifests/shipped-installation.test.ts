/**
 * The installation with which `gmsa doctor` compares matches the build, and contains every
 * component.
 */
import { compareInstallation } from "../../cli/manifests/installation/comparison";
import { idOf, type PlainObject } from "../../cli/manifests/installation/plain-object";
import { combinations } from "../../testbed/manifests/overlay";
import { render, Rendering } from "../../testbed/manifests/rendering";
import { findBinaries } from "../../testbed/programs/binaries";
import { renderInstallation } from "../../tools/build/chart/rendered-installation";
import { staleness } from "../../tools/build/shipped-installation";

async function installed(components: readonly string[]): Promise<Record<string, PlainObject>> {
  const { objects } = new Rendering(await render(components));
  return Object.fromEntries(
    objects.map(object => [idOf(object as PlainObject), object as PlainObject]),
  );
}

test("the installation in cli/manifests is the one that is built, and a stale one is noticed", async () => {
  const { kubectl } = await findBinaries(() => undefined);
  const rendering = await renderInstallation(kubectl);
  expect(staleness(rendering)).toBeUndefined();
  const [first, ...others] = rendering.base;
  const changed = { ...first, spec: { unknown: "field" } } as typeof first;
  expect(
    staleness({ ...rendering, base: [changed, ...others] as typeof rendering.base }),
  ).toContain("npm run build:shipped");
}, 120_000);

test.each(combinations)(
  "nothing of $title differs from what is shipped",
  async ({ with: names }) => {
    expect(compareInstallation(await installed(names), () => true)).toEqual([]);
  },
);

test("a missing part of a component is reported", async () => {
  const objects = await installed(["usage-count"]);
  delete objects["ClusterRoleBinding/pepr-gmsa-usage-count"];
  expect(compareInstallation(objects, () => true)).toEqual([
    {
      object: "ClusterRoleBinding/pepr-gmsa-usage-count",
      component: "usage-count",
      difference: undefined,
    },
  ]);
});
