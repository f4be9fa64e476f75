import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { Bed } from "../../testbed/bed/bed";

const ROOT = join(__dirname, "../..");

/** Replaces the parts of a message that vary between clusters, as docs/how-to/operations.md does. */
function asDocumented(message: string): string {
  return message
    .replace(/\b127\.\d+\.\d+\.\d+\b/g, "10.96.0.10")
    .replace(/\/(mutate|validate)\/[0-9a-f]+/g, "/$1/...");
}

/**
 * Fails unless a page of docs/ contains this message. If the bed's API server reaches Services
 * through a proxy, connection errors have other words and are not compared.
 */
export function expectDocumented(message: string, bed: Bed, page = "how-to/operations.md"): void {
  if (bed.controlPlane?.serviceAccess === "tunnel") return;
  expect(readFileSync(join(ROOT, "docs", page), "utf8")).toContain(`\n${asDocumented(message)}\n`);
}
