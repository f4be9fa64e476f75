/** Pure: whether the Secret with the program of the replicas has the program that its name promises. */
import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";

import type { PlainObject } from "../../manifests/installation/plain-object";

/** Such as module-0a1b….js.gz, with the SHA-256 of the program. */
const FILE = /^module-([0-9a-f]{64})\.js\.gz$/;

/**
 * Returns the problem of the Secret, as a clause. Undefined if the program is intact, or if this is not that
 * Secret. Pepr compares the same hash when a replica starts, and ends if it differs.
 */
export function moduleProblem({ kind, data }: PlainObject): string | undefined {
  if (kind !== "Secret") return undefined;
  for (const [file, content] of Object.entries((data ?? {}) as Record<string, string>)) {
    const hash = FILE.exec(file)?.[1];
    if (hash !== undefined && sha256Of(content) !== hash) {
      return `has another program in ${file} than its name indicates`;
    }
  }
  return undefined;
}

/** Undefined if the content is not compressed. */
function sha256Of(content: string): string | undefined {
  try {
    const program = gunzipSync(Buffer.from(content, "base64"));
    return createHash("sha256").update(program).digest("hex");
  } catch {
    return undefined;
  }
}
