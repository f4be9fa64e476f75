/** The contract between the bindings and Pepr's own processors: the contents of patches. */
import { placesOf } from "../../../rules/pod/windows-options";
import { patchOf } from "./patch-of";

function inlinedPatchOf(object: object): ReturnType<typeof patchOf> {
  return patchOf({ object }, request => {
    for (const { options } of placesOf(request.Raw)) {
      if (options?.gmsaCredentialSpecName !== undefined) {
        options.gmsaCredentialSpec = "inlined";
      }
    }
  });
}

describe("the patch that Pepr makes of the view", () => {
  const windowsOptions = { gmsaCredentialSpecName: "webapp1" };

  test("adds contents where they were absent, replaces them where they were empty, and sets no marker", async () => {
    const patch = await inlinedPatchOf({
      metadata: { name: "p" },
      spec: {
        securityContext: { windowsOptions },
        containers: [
          { name: "a", image: "a" },
          {
            name: "b",
            securityContext: { windowsOptions: { ...windowsOptions, gmsaCredentialSpec: "" } },
          },
        ],
      },
    });

    const field = "securityContext/windowsOptions/gmsaCredentialSpec";
    expect(patch).toHaveLength(2);
    expect(patch).toEqual(
      expect.arrayContaining([
        { op: "add", path: `/spec/${field}`, value: "inlined" },
        { op: "replace", path: `/spec/containers/1/${field}`, value: "inlined" },
      ]),
    );
  });

  test.each([[undefined], [{}], [{ mine: "kept" }], [{ "gmsa.pepr.dev/gmsa": "from a user" }]])(
    "leaves annotations %p alone",
    async annotations => {
      const patch = await inlinedPatchOf({
        metadata: { name: "p", annotations },
        spec: { containers: [{ name: "a", image: "a" }] },
      });
      expect(patch).toEqual([]);
    },
  );
});
