/** The bindings' contract with Pepr's own processors: what a patch says, and what it leaves out. */
import { Capability, a } from "pepr";
import type { Operation } from "fast-json-patch";
import { mutateProcessor } from "pepr/dist/lib/processors/mutate-processor";

import { reduceToView } from "../../capabilities/admission-view";
import { placesOf } from "../../capabilities/windows-options";

const UUID = "gmsa";
const MARKER = { key: `${UUID}.pepr.dev/test`, value: "succeeded" };

async function patchOf(object: Record<string, unknown>): Promise<Operation[]> {
  const capability = new Capability({ name: "test", description: "test" });
  capability
    .When(a.Pod)
    .IsCreatedOrUpdated()
    .Mutate(request => {
      for (const { options } of placesOf(request.Raw)) {
        if (options?.gmsaCredentialSpecName !== undefined) {
          options.gmsaCredentialSpec = "inlined";
        }
      }
    });
  const request = {
    uid: "u",
    kind: { group: "", version: "v1", kind: "Pod" },
    resource: { group: "", version: "v1", resource: "pods" },
    name: "p",
    namespace: "n",
    operation: "CREATE",
    userInfo: {},
    object,
  };
  reduceToView(request, MARKER);
  const config = { uuid: UUID, onError: "reject", alwaysIgnore: {} };
  const response = await mutateProcessor(config, [capability], request as never, {});
  expect(response.allowed).toBe(true);
  return response.patch === undefined
    ? []
    : (JSON.parse(Buffer.from(response.patch, "base64").toString()) as Operation[]);
}

describe("the patch that Pepr makes of the view", () => {
  const windowsOptions = { gmsaCredentialSpecName: "webapp1" };

  test("adds contents where they were absent, replaces them where they were empty, and sets no marker", async () => {
    const patch = await patchOf({
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

  test.each([[undefined], [{}], [{ mine: "kept" }], [{ "gmsa.pepr.dev/test": "from a user" }]])(
    "leaves annotations %p alone",
    async annotations => {
      const patch = await patchOf({
        metadata: { name: "p", annotations },
        spec: { containers: [{ name: "a", image: "a" }] },
      });
      expect(patch).toEqual([]);
    },
  );
});
