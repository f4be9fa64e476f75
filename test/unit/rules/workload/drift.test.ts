import type { CredspecLookup } from "../../../../rules/credspec/cluster";
import { driftOf, uncomparedWith } from "../../../../rules/workload/drift";
import { gmsaObjectsOf } from "../../../../rules/workload/gmsa-object";
import type { ListedObject } from "../../../../rules/workload/gmsa-object";
import { listed } from "../../../fixtures/listed";

const CONTENTS = '{"CmsPlugins":["ActiveDirectory"]}';
const INLINED = { gmsaCredentialSpecName: "webapp1", gmsaCredentialSpec: CONTENTS };
const SAME: CredspecLookup = {
  outcome: "found",
  credspec: { value: { CmsPlugins: ["ActiveDirectory"] }, contents: CONTENTS },
};
const OTHER: CredspecLookup = {
  outcome: "found",
  credspec: { value: { CmsPlugins: [] }, contents: '{"CmsPlugins":[]}' },
};

function drift(object: ListedObject, answer?: CredspecLookup): ReturnType<typeof driftOf> {
  const credspecs = new Map(answer === undefined ? [] : [["webapp1", answer]]);
  return driftOf(gmsaObjectsOf(object), credspecs);
}

describe("drift", () => {
  const pod = listed("Pod", "web-1", { options: INLINED, containerOptions: INLINED });

  test.each<[string, CredspecLookup, "changed" | "gone"]>([
    ["changed", OTHER, "changed"],
    ["deleted", { outcome: "absent" }, "gone"],
    ["emptied", { outcome: "no credspec key" }, "gone"],
  ])("a credential spec that was %s", (_how, answer, now) => {
    expect(drift(pod, answer)).toEqual([
      {
        namespace: "shop",
        name: "web-1",
        credspec: "webapp1",
        places: ["pod", 'container "iis"'],
        now,
      },
    ]);
  });

  test("the same value, written differently, is not drift", () => {
    const spaced = { ...INLINED, gmsaCredentialSpec: '{ "CmsPlugins": [ "ActiveDirectory" ] }' };
    expect(drift(listed("Pod", "p", { options: spaced }), SAME)).toEqual([]);
  });

  test.each<[string, ListedObject, CredspecLookup | undefined]>([
    ["a Pod that is finished", { ...pod, status: { phase: "Succeeded" } }, OTHER],
    ["a credential spec that could not be read", pod, { outcome: "failed", why: "no" }],
    ["a credential spec that was not asked for", pod, undefined],
    [
      "a Pod without contents",
      listed("Pod", "p", { options: { gmsaCredentialSpecName: "webapp1" } }),
      OTHER,
    ],
    ["a template", listed("Deployment", "d", { options: INLINED }), OTHER],
  ])("%s is not drift", (_what, object, answer) => {
    expect(drift(object, answer)).toEqual([]);
  });
});

describe("credential specs that could not be read", () => {
  const credspecs = new Map<string, CredspecLookup>([
    ["webapp1", { outcome: "failed", why: "403" }],
  ]);
  const unread = (object: ListedObject): object => uncomparedWith(gmsaObjectsOf(object), credspecs);

  test("are those of running Pods with contents", () => {
    const pod = listed("Pod", "web-1", { options: INLINED, containerOptions: INLINED });
    expect(unread(pod)).toEqual(new Map([["webapp1", "403"]]));
    expect(unread({ ...pod, status: { phase: "Failed" } })).toEqual(new Map());
    expect(unread(listed("Deployment", "d", { options: INLINED }))).toEqual(new Map());
    const empty = { gmsaCredentialSpecName: "webapp1" };
    expect(unread(listed("Pod", "p", { options: empty }))).toEqual(new Map());
    expect(uncomparedWith(gmsaObjectsOf(pod), new Map([["webapp1", SAME]]))).toEqual(new Map());
  });
});
