import { Capability, a } from "pepr";
import type { PeprMutateRequest } from "pepr";
import type { Operation } from "fast-json-patch";
import { mutateProcessor } from "pepr/dist/lib/processors/mutate-processor";

import { reduceToView } from "../../../webhook/request-view";

const UUID = "gmsa";
const MARKER = { key: `${UUID}.pepr.dev/gmsa`, value: "succeeded" };

/** The JSON patch that Pepr creates from the changes of a Mutate action to the view of a Pod. */
export async function patchOf(
  { object, oldObject }: { object: object; oldObject?: object },
  action: (request: PeprMutateRequest<a.Pod>) => void | Promise<void>,
): Promise<Operation[]> {
  const capability = new Capability({ name: "gmsa", description: "test" });
  capability.When(a.Pod).IsCreatedOrUpdated().Mutate(action);
  const request = {
    uid: "u",
    kind: { group: "", version: "v1", kind: "Pod" },
    resource: { group: "", version: "v1", resource: "pods" },
    name: "p",
    namespace: "n",
    operation: oldObject === undefined ? "CREATE" : "UPDATE",
    userInfo: {},
    object: structuredClone(object),
    oldObject: structuredClone(oldObject),
  };
  reduceToView(request, MARKER);
  const config = { uuid: UUID, onError: "reject", alwaysIgnore: {} };
  const response = await mutateProcessor(config, [capability], request as never, {});
  expect(response.allowed).toBe(true);
  return response.patch === undefined
    ? []
    : (JSON.parse(Buffer.from(response.patch, "base64").toString()) as Operation[]);
}
