import { progressText } from "../../../../testbed/programs/build-progress";
import { moduleFile, releaseOf } from "../../../../testbed/programs/control-plane-versions";

const RELEASED = [
  "v1.29.15",
  "v1.30.2",
  "v1.30.14",
  "v1.36.3",
  "v1.37.0-rc.1",
  "v1.37.2",
  "v1.38.0-alpha.1",
];

describe("--kubernetes", () => {
  test.each([
    ["1.30", "v1.30.14"],
    ["v1.36", "v1.36.3"],
    ["newest", "v1.37.2"],
    ["newest-1", "v1.36.3"],
    ["newest-2", "v1.30.14"],
  ])("%s is %s", (wanted, version) => {
    expect(releaseOf(wanted, RELEASED)).toBe(version);
  });

  test.each(["1.29", "1.38", "1.31", "newest-9", "1.30.2", "latest", ""])(
    "%j is refused",
    wanted => {
      expect(() => releaseOf(wanted, RELEASED)).toThrow("--kubernetes takes 1.30 to 1.37");
    },
  );

  test("a module has the staging modules of its version, and the rest as it was released", () => {
    const released = [
      "module k8s.io/kubernetes",
      "go 1.22.0",
      "godebug default=go1.22",
      "require (",
      "\tk8s.io/api v0.0.0",
      ")",
      "replace (",
      "\tk8s.io/api => ./staging/src/k8s.io/api",
      "\tk8s.io/client-go => ./staging/src/k8s.io/client-go",
      ")",
    ].join("\n");
    expect(moduleFile("v1.30.14", released)).toBe(
      [
        "module controlplane",
        "",
        "go 1.22.0",
        "godebug default=go1.22",
        "",
        "require k8s.io/kubernetes v1.30.14",
        "",
        "replace (",
        "\tk8s.io/api => k8s.io/api v0.30.14",
        "\tk8s.io/client-go => k8s.io/client-go v0.30.14",
        ")",
        "",
      ].join("\n"),
    );
  });
});

test.each([
  [0, 2715, 5, "0 of 2715 packages"],
  [543, 2715, 60, "543 of 2715 packages, about 4 min left"],
  [2500, 2715, 300, "2500 of 2715 packages, about 30 s left"],
  [2716, 2715, 300, "2715 of 2715 packages, about 0 s left"],
  [12, undefined, 5, "12 packages"],
])("%s packages of %s after %s s", (built, total, seconds, text) => {
  expect(progressText(built, total, seconds)).toBe(text);
});
