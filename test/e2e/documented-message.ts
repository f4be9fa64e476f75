import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { Bed } from "../../testbed/bed/bed";

const ROOT = join(__dirname, "../..");

/** A message as docs/how-to/operations.md has it: what differs from cluster to cluster made the same. */
function asDocumented(message: string): string {
  return message
    .replace(/\b127\.\d+\.\d+\.\d+\b/g, "10.96.0.10")
    .replace(/\/(mutate|validate)\/[0-9a-f]+/g, "/$1/...");
}

/**
 * Fails unless a page of docs/ holds this message, as it was printed. Where the bed's API server
 * reaches Services by a proxy of its own, it has other words for a connection that fails.
 */
export function expectDocumented(message: string, bed: Bed, page = "how-to/operations.md"): void {
  if (bed.controlPlane?.serviceAccess === "tunnel") return;
  expect(readFileSync(join(ROOT, "docs", page), "utf8")).toContain(`\n${asDocumented(message)}\n`);
}
