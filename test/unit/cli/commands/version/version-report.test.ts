import type { V1Deployment } from "@kubernetes/client-node";

import { versionRows, versionsOf } from "../../../../../cli/commands/version/version-report";

const CLIENT = { gmsa: "1.2.0", pepr: "1.1.4" };
const IMAGE = "registry.example.com:5000/pepr/controller";

function installed(version: string | undefined, image: string): V1Deployment {
  return {
    metadata: version === undefined ? {} : { labels: { "app.kubernetes.io/version": version } },
    spec: {
      selector: {},
      template: { spec: { containers: [{ name: "server", image, args: ["/app/run.js", "abc"] }] } },
    },
  };
}

function ofInstalled(version: string | undefined, image = `${IMAGE}:v1.1.4`): object {
  const controller = { known: true, value: installed(version, image) } as const;
  return versionsOf(CLIENT, { kubernetes: "v1.36.3", controller });
}

test("matching versions are shown without a warning", () => {
  expect(ofInstalled("1.2.0")).toEqual({
    client: CLIENT,
    server: {
      kubernetes: "v1.36.3",
      module: { version: "1.2.0", build: "abc", image: `${IMAGE}:v1.1.4`, pepr: "1.1.4" },
    },
    warnings: [],
  });
});

test.each([
  ["another version", "1.1.0", `${IMAGE}:v1.0.0`, /^The installation has version 1\.1\.0: /],
  ["no version", undefined, `${IMAGE}:v1.1.4`, /^The installation does not show its version/],
  [
    "another Pepr",
    "1.2.0",
    `${IMAGE}:v1.2.0-rc.1@sha256:ab`,
    /^The image has Pepr 1\.2\.0-rc\.1, /,
  ],
])("%s causes one warning", (_, version, image, warning) => {
  expect(ofInstalled(version, image)).toMatchObject({
    warnings: [expect.stringMatching(warning) as string],
  });
});

test.each([`${IMAGE}@sha256:ab`, "controller", `${IMAGE}:latest`])(
  "which Pepr is in %s nobody knows",
  image => {
    expect(ofInstalled("1.2.0", image)).toMatchObject({
      server: { module: { image } },
      warnings: [],
    });
    expect(ofInstalled("1.2.0", image)).not.toHaveProperty("server.module.pepr");
  },
);

test.each([
  ["v1.29.12-eks-1", 1],
  ["v1.30.0", 0],
  ["v1.36.3+k3s1", 0],
  ["v2.1.0", 0],
  ["unknown", 0],
])("Kubernetes %s has %d warnings", (kubernetes, warnings) => {
  const controller = { known: true, value: undefined } as const;
  expect(versionsOf(CLIENT, { kubernetes, controller }).warnings).toHaveLength(warnings);
});

test("the installed version may be absent, unknown, or not asked for", () => {
  const kubernetes = "v1.36.3";
  const absent = versionsOf(CLIENT, { kubernetes, controller: { known: true, value: undefined } });
  expect(versionRows(absent)).toEqual([
    ["gmsa", "1.2.0, for Pepr 1.1.4"],
    ["Kubernetes", kubernetes],
    ["installed", "no"],
  ]);
  const hidden = { known: false, why: "needs the right to get it", isForbidden: true } as const;
  const unknown = versionsOf(CLIENT, { kubernetes, controller: hidden });
  expect(versionRows(unknown)[2]).toEqual(["installed", "unknown: needs the right to get it"]);
  expect(versionRows(versionsOf(CLIENT))).toHaveLength(1);
});
