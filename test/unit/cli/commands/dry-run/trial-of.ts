import type { ObjectLike } from "../../../../../rules/object";
import { trialOf } from "../../../../../cli/commands/dry-run/pod-under-test";
import type { Trial } from "../../../../../cli/commands/dry-run/pod-under-test";

/** An object as a trial, as if it were read from a file. */
export function trial(object: object, namespace = "shop"): Trial {
  const found = trialOf(
    { object: object as ObjectLike, file: "pods.yaml", lineOf: () => 1 },
    namespace,
  );
  if (found === undefined) {
    throw new Error("the object makes no Pods");
  }
  return found;
}

/** A Pod with the spec of a fixture. */
export function podTrial({ metadata, spec }: { metadata: object; spec: object }): Trial {
  return trial({ apiVersion: "v1", kind: "Pod", metadata, spec });
}
