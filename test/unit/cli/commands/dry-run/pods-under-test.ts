import type { ObjectLike } from "../../../../../rules/object";
import { podsUnderTestOf } from "../../../../../cli/commands/dry-run/pod-under-test";
import type { PodUnderTest } from "../../../../../cli/commands/dry-run/pod-under-test";

/** An object as a podUnderTest, as if read from a file. */
export function podUnderTest(object: object, namespace = "shop"): PodUnderTest {
  const [found] = podsUnderTestOf(
    {
      object: object as ObjectLike,
      file: "pods.yaml",
      lineOf: () => 1,
      columnOf: () => 1,
      plainAt: () => undefined,
      place: { document: 0, path: [] },
    },
    namespace,
  );
  if (found === undefined) {
    throw new Error("the object makes no Pods");
  }
  return found;
}

/** A Pod with the spec of a fixture. */
export function barePodUnderTest({
  metadata,
  spec,
}: {
  metadata: object;
  spec: object;
}): PodUnderTest {
  return podUnderTest({ apiVersion: "v1", kind: "Pod", metadata, spec });
}
