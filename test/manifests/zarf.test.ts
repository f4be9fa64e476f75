/** The Zarf package of a build names the installed files and images, all of which exist. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "yaml";

import { version } from "../../package.json";
import { MANIFEST } from "../../testbed/manifests/built-manifest";
import { Rendering } from "../../testbed/manifests/rendering";

const FOLDER = dirname(MANIFEST);

interface Zarf {
  kind: string;
  metadata: { name: string; version: string };
  components: {
    name: string;
    default?: boolean;
    images: string[];
    manifests?: { name: string; namespace: string; files: string[] }[];
    charts?: { name: string; version: string; namespace: string; localPath: string }[];
  }[];
}

test("dist/zarf.yaml is the installation and the chart, with every image that runs", () => {
  const zarf = parse(readFileSync(join(FOLDER, "zarf.yaml"), "utf8")) as Zarf;
  const images = Object.values(
    new Rendering(readFileSync(MANIFEST, "utf8")).ofDeployments(
      ({ spec }) => spec?.template.spec?.containers[0]?.image ?? "",
    ),
  );
  expect(zarf).toMatchObject({ kind: "ZarfPackageConfig", metadata: { name: "gmsa", version } });
  const namespace = "pepr-system";
  const [manifest, chart] = zarf.components;
  expect(zarf.components).toHaveLength(2);
  expect(manifest).toMatchObject({
    name: "gmsa",
    default: true,
    images: [...new Set(images)],
    manifests: [{ name: "gmsa", namespace, files: ["gmsa.yaml"] }],
  });
  expect(chart).toMatchObject({
    name: "gmsa-chart",
    images: manifest?.images,
    charts: [{ name: "gmsa", version, namespace, localPath: "chart/gmsa" }],
  });
  // Both at once would be two releases that own the same objects.
  expect(chart?.default).toBeUndefined();
  for (const file of ["gmsa.yaml", "chart/gmsa/Chart.yaml"]) {
    expect(existsSync(join(FOLDER, file))).toBe(true);
  }
});
