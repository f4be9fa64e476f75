import type { V1ValidatingWebhookConfiguration } from "@kubernetes/client-node";

import { observedConfiguration, webhookPatch } from "../../../certificates/webhook-patch";

const OURS = { namespace: "pepr-system", name: "pepr-gmsa", path: "/validate/old" };

function configuration(
  ...webhooks: { name: string; clientConfig: object }[]
): V1ValidatingWebhookConfiguration {
  return {
    metadata: { name: "pepr-gmsa", resourceVersion: "7" },
    webhooks: webhooks.map(webhook => ({
      admissionReviewVersions: ["v1"],
      sideEffects: "None",
      ...webhook,
    })),
  };
}

const CHANGE = { caBundle: "ca", apiPath: "new" };

describe("the patch of a webhook configuration", () => {
  test("changes our webhooks, wherever they are, and tests the version, their names and their Service", () => {
    const found = configuration(
      { name: "another.example.com", clientConfig: { service: OURS } },
      { name: "pepr-gmsa.pepr.dev", clientConfig: { service: OURS } },
    );
    expect(webhookPatch(found, "validate", CHANGE)).toEqual([
      { op: "test", path: "/metadata/resourceVersion", value: "7" },
      { op: "test", path: "/webhooks/1/name", value: "pepr-gmsa.pepr.dev" },
      {
        op: "test",
        path: "/webhooks/1/clientConfig/service/namespace",
        value: "pepr-system",
      },
      { op: "test", path: "/webhooks/1/clientConfig/service/name", value: "pepr-gmsa" },
      { op: "add", path: "/webhooks/1/clientConfig/caBundle", value: "Y2E=" },
      { op: "add", path: "/webhooks/1/clientConfig/service/path", value: "/validate/new" },
    ]);
  });

  test.each([
    ["a webhook that somebody added", "another.example.com", { service: OURS }],
    ["one that is ours in the other configuration only", "x.pepr-gmsa.pepr.dev", { service: OURS }],
    ["a URL, as npx pepr dev leaves it", "pepr-gmsa.pepr.dev", { url: "https://10.0.0.1:3000/x" }],
    [
      "another Service",
      "credspecs.pepr-gmsa.pepr.dev",
      { service: { namespace: "evil", name: "pepr-gmsa" } },
    ],
    ["no target at all", "workloads.pepr-gmsa.pepr.dev", {}],
  ])("gives neither CA nor path to %s", (_, name, clientConfig) => {
    expect(webhookPatch(configuration({ name, clientConfig }), "validate", CHANGE)).toEqual([]);
  });

  test("is empty if nothing differs, and if there are no webhooks", () => {
    const service = { ...OURS, path: "/validate/new" };
    const found = configuration({
      name: "pepr-gmsa.pepr.dev",
      clientConfig: { service, caBundle: "Y2E=" },
    });
    expect(webhookPatch(found, "validate", CHANGE)).toEqual([]);
    expect(webhookPatch({ metadata: {} }, "validate", CHANGE)).toEqual([]);
  });
});

test("only our webhooks that call our Service are observed, and the names of the others", () => {
  const found = configuration(
    { name: "another.example.com", clientConfig: { service: OURS, caBundle: "eA==" } },
    { name: "pepr-gmsa.pepr.dev", clientConfig: { service: OURS, caBundle: "Y2E=" } },
    { name: "credspecs.pepr-gmsa.pepr.dev", clientConfig: { url: "https://10.0.0.1:3000/x" } },
  );
  expect(observedConfiguration("validate", found)).toEqual({
    kind: "validate",
    webhooks: [{ caBundle: "ca", path: "/validate/old" }],
    elsewhere: ["credspecs.pepr-gmsa.pepr.dev"],
    injected: false,
  });
});
