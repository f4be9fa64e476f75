/**
 * Attempts to add GMSA settings to an existing Pod: every kind of patch, to the Pod and its
 * subresources.
 */
import { gmsaPlacesOf } from "../../rules/pod/windows-options";
import type { PodLike } from "../../rules/pod/windows-options";
import { validCredspec } from "../../testbed/objects/valid-credspec";
import { attachBed } from "../setup/attach-bed";
import { Objects } from "../../testbed/objects/cluster-objects";
import { podOf } from "../../testbed/objects/pods";
import { cause } from "../support/refusals";
import { sendRaw } from "./raw-request";
import type { RawRequest } from "./raw-request";

const NAMESPACE = "gmsa-bypass-updates";
const CREDSPEC = "bypass-updates";
const PODS = `/api/v1/namespaces/${NAMESPACE}/pods`;
const NAME = { windowsOptions: { gmsaCredentialSpecName: CREDSPEC } };
const CONTENTS = { windowsOptions: { gmsaCredentialSpec: '{"CmsPlugins":[]}' } };
const SETTINGS = { name: NAME, contents: CONTENTS } as const;
const FIELD = "spec.ephemeralContainers[0].securityContext.windowsOptions.gmsaCredentialSpecName";
const bed = attachBed();
const objects = new Objects(bed.kubeConfig);

beforeAll(async () => {
  await bed.createNamespace(NAMESPACE);
  await objects.createCredspec(CREDSPEC, validCredspec());
  await objects.createPod(podOf(NAMESPACE, "plain"));
});

afterAll(async () => {
  await objects.deleteCredspec(CREDSPEC);
  await objects.core.deleteNamespace({ name: NAMESPACE });
});

/** Changes that add GMSA settings to a Pod, as each kind of patch expresses them. */
function patches(settings: object, container: "containers" | "ephemeralContainers"): RawRequest[] {
  const holder = { name: container === "containers" ? "main" : "debug", image: "image" };
  const spec = { [container]: [{ ...holder, securityContext: settings }] };
  const object = { apiVersion: "v1", kind: "Pod", metadata: { name: "plain" }, spec };
  const json = [{ op: "add", path: `/spec/${container}`, value: spec[container] }];
  const of = (contentType: string, body: object, query = ""): RawRequest => ({
    method: "PATCH",
    path: `${PODS}/plain${query}`,
    contentType: `application/${contentType}`,
    body: JSON.stringify(body),
  });
  return [
    of("json-patch+json", json),
    of("merge-patch+json", { spec }),
    of("strategic-merge-patch+json", { spec }),
    of("apply-patch+yaml", object, "?fieldManager=x&force=true"),
  ];
}

describe("routes by which a Pod is changed", () => {
  /** The Pod exists and is unchanged. */
  async function storedPlaces(): Promise<unknown[]> {
    const stored = await objects.core.readNamespacedPod({ name: "plain", namespace: NAMESPACE });
    return gmsaPlacesOf(stored);
  }

  const cases = Object.entries(SETTINGS).flatMap(([what, settings]) => [
    ...patches(settings, "containers").map(request => ({ what, subresource: "", request })),
    ...["ephemeralcontainers", "resize", "status"].flatMap(subresource =>
      patches(
        settings,
        subresource === "ephemeralcontainers" ? "ephemeralContainers" : "containers",
      ).map(request => ({ what, subresource, request })),
    ),
  ]);

  test.each(cases.map(one => ({ ...one, type: one.request.contentType ?? "" })))(
    "a $what by $type to the Pod's '$subresource' never gets in",
    async ({ subresource, request }) => {
      const path = request.path
        .replace("/plain", `/plain/${subresource}`)
        .replace(/\/(\?|$)/, "$1");
      const { status, body } = await sendRaw(bed.kubeConfig, { ...request, path });

      // The other two subresources accept only the status and the size.
      const isTaken = status === 200;
      expect(isTaken && !["resize", "status"].includes(subresource)).toBe(false);
      expect(isTaken ? gmsaPlacesOf(body as PodLike) : []).toEqual([]);
      expect(await storedPlaces()).toEqual([]);
    },
  );

  test("an ephemeral container by each of them is refused by the webhook", async () => {
    const causes = await Promise.all(
      patches(NAME, "ephemeralContainers").map(async request => {
        const path = request.path.replace("/plain", "/plain/ephemeralcontainers");
        return (await sendRaw(bed.kubeConfig, { ...request, path })).causes;
      }),
    );
    const refused = [cause("NotAuthorized", FIELD, "default", CREDSPEC)];
    expect(causes).toEqual(causes.map(() => refused));
    expect(await storedPlaces()).toEqual([]);
  });
});
