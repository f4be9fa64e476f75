/** Another build of the same installation: the same objects, with other code in the module. */
import { createHash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";

import type { Rendering } from "../../tools/build/chart/rendered-installation";

const MODULE = "pepr-gmsa-module-";

/** Adds a comment to the module's code in the rendering, as a build of changed code would differ. */
export function otherBuild(rendering: Rendering): Rendering {
  const hash = moduleHash(rendering);
  const [stored] = Object.values(secretOf(rendering).data as Record<string, string>) as [string];
  const code = `${gunzipSync(Buffer.from(stored, "base64")).toString()}\n// another build\n`;
  return JSON.parse(
    JSON.stringify(rendering)
      .replaceAll(hash, createHash("sha256").update(code).digest("hex"))
      .replaceAll(stored, gzipSync(code).toString("base64")),
  ) as Rendering;
}

/** Hash of the module, after which its Secret is named. */
export function moduleHash(rendering: Rendering): string {
  return secretOf(rendering).metadata.name.slice(MODULE.length);
}

function secretOf({ base }: Rendering): Rendering["base"][number] {
  const found = base.find(
    ({ kind, metadata }) => kind === "Secret" && metadata.name.startsWith(MODULE),
  );
  if (!found) throw new Error("the rendering has no module");
  return found;
}
