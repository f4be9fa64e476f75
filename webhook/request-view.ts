import { CREDSPEC_KIND } from "../rules/credspec/resource";
import { isObject, type ObjectLike } from "../rules/object";
import type { FieldPath } from "../rules/problem";
import { viewOf, defined } from "../rules/pod/view";
import { podTemplatesOf, templatePathsOf } from "../rules/workload/pod-template";

/** The parts of an AdmissionRequest that say what it is about, and those that change. */
export interface ReviewedRequest {
  kind?: { kind: string };
  object?: unknown;
  oldObject?: unknown;
}

/**
 * Reduces the objects of a request in place. Of Pods, arrays keep their length and order, and absent
 * fields stay absent, so that a JSON patch made from the view fits the whole Pod.
 *
 * @param marker the annotation that Pepr would set on every Pod it mutates. It is put into the
 *   view of the Pod, so that Pepr finds it there and its patch leaves the annotations alone.
 */
export function reduceToView(
  request: ReviewedRequest,
  marker: { key: string; value: string },
): void {
  if (request.kind?.kind === CREDSPEC_KIND) {
    // Its contents are all there is to it.
    return;
  }
  if (isWorkload(request.object)) {
    request.object = workloadView(request.object);
    // What a template was before does not matter.
    request.oldObject = null;
    return;
  }
  if (isObject(request.object)) {
    const view = viewOf(request.object);
    request.object = {
      ...view,
      metadata: {
        ...view.metadata,
        annotations: { ...view.metadata?.annotations, [marker.key]: marker.value },
      },
    };
  }
  if (isObject(request.oldObject)) {
    request.oldObject = viewOf(request.oldObject);
  }
}

/** Objects that hold a template. A Pod is none, nor is what does not say what it is. */
function isWorkload(object: unknown): object is ObjectLike {
  return (
    isObject(object) &&
    "apiVersion" in object &&
    typeof object.apiVersion === "string" &&
    templatePathsOf(object as ObjectLike).some(path => path.length > 0)
  );
}

/** The workload with nothing but the views of its templates, where the templates are. */
function workloadView(workload: ObjectLike): object {
  const { apiVersion, kind, metadata } = workload;
  const view: Record<string | number, unknown> = {
    apiVersion,
    kind,
    metadata: defined({ name: metadata?.name, namespace: metadata?.namespace }),
  };
  for (const { path, pod } of podTemplatesOf(workload)) {
    put(view, path, viewOf(pod));
  }
  return view;
}

/** Lists on the way keep their positions. */
function put(root: Record<string | number, unknown>, path: FieldPath, value: unknown): void {
  let holder = root;
  for (const [index, field] of path.entries()) {
    const next = path[index + 1];
    holder[field] ??= next === undefined ? value : typeof next === "number" ? [] : {};
    holder = holder[field] as Record<string | number, unknown>;
  }
}
