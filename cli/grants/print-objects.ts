import type { KubernetesObject } from "@kubernetes/client-node";

import type { Terminal } from "../terminal/terminal";

export type ObjectFormat = "yaml" | "json";

/** Prints objects as kubectl takes them, and as it shows them: without `managedFields`. */
export async function printObjects(
  terminal: Terminal,
  objects: readonly KubernetesObject[],
  format: ObjectFormat = "yaml",
): Promise<void> {
  const items = objects.map(plain);
  if (format === "json") {
    terminal.print(JSON.stringify({ apiVersion: "v1", kind: "List", items }, null, 2));
    return;
  }
  const { yamlOf, yamlStream } = await import("../commands/credspecs/credspec-yaml");
  terminal.print(yamlStream(items.map(yamlOf)).trimEnd());
}

/** As JSON has it: without fields that are undefined, and with times as texts. */
function plain(object: KubernetesObject): object {
  return JSON.parse(JSON.stringify(object, shown)) as object;
}

function shown(key: string, value: unknown): unknown {
  if (key === "managedFields") return undefined;
  // Kubernetes has whole seconds; a Date of JavaScript writes milliseconds.
  return key === "creationTimestamp" ? String(value).replace(/\.000Z$/, "Z") : value;
}
