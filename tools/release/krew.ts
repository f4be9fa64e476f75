/**
 * Writes the manifest with which `kubectl krew install --manifest=krew.yaml` installs the command
 * line tool.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";

import { sha256 } from "./checksums";
import { executableName } from "./platform";

/** Version and repository of a release. */
export interface ReleaseIdentity {
  version: string;
  /** OWNER/REPOSITORY on GitHub. */
  repository: string;
}

/** Covers each archive of an executable in the folder. */
export function krewManifest(folder: string, { version, repository }: ReleaseIdentity): string {
  const archive = new RegExp(
    `^gmsa-${version.replaceAll(".", "\\.")}-([a-z]+)-([a-z0-9]+)\\.tar\\.gz$`,
  );
  const page = `https://github.com/${repository}`;
  const platforms = readdirSync(folder)
    .sort()
    .flatMap(name => {
      const [, os, arch] = archive.exec(name) ?? [];
      if (os === undefined || arch === undefined) return [];
      return [
        {
          selector: { matchLabels: { os, arch } },
          uri: `${page}/releases/download/v${version}/${name}`,
          sha256: sha256(join(folder, name)),
          bin: executableName(os),
        },
      ];
    });
  if (platforms.length === 0) throw new Error(`${folder} holds no executable of ${version}`);
  return stringify(
    {
      apiVersion: "krew.googlecontainertools.github.com/v1alpha2",
      kind: "Plugin",
      metadata: { name: "gmsa" },
      spec: {
        version: `v${version}`,
        homepage: page,
        shortDescription: "Set up and check GMSA for Windows Pods",
        description:
          "Converts credential specs, grants service accounts their use, checks manifests\n" +
          "before they are applied, and reports the faults of an installation.\n",
        caveats: "What it needs in the cluster is installed by gmsa.yaml of the same release.\n",
        platforms,
      },
    },
    { lineWidth: 0 },
  );
}
