import { CREDSPEC_KIND } from "../rules/credspec/resource";
import { isObject, type ObjectLike } from "../rules/object";
import type { FieldPath } from "../rules/problem";
import { annotationsView, viewOf, defined } from "../rules/pod/view";
import { podTemplatesOf, templatePathsOf } from "../rules/workload/pod-template";

/** The fields of an AdmissionRequest that identify it, and those that are modified. */
export interface ReviewedRequest {
  kind?: { kind: string };
  object?: unknown;
  oldObject?: unknown;
}

/**
 * Reduces the objects of a request in place. Arrays in Pods keep their length and order, and absent
 * fields stay absent, so that a JSON patch for the view also fits the whole Pod.
 *
 * @param marker the annotation that Pepr sets on every Pod that it mutates. It is added to the view, so
 *   that Pepr finds it there and its patch does not touch the annotations.
 */
export function reduceToView(
  request: ReviewedRequest,
  marker: { key: string; value: string },
): void {
  if (request.kind?.kind === CREDSPEC_KIND) {
    // All of its contents are needed.
    return;
  }
  if (isWorkload(request.object)) {
    request.object = workloadView(request.object);
    // The previous template is not needed.
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

/** Whether an object has a Pod template. False for Pods, and for objects without an apiVersion. */
function isWorkload(object: unknown): object is ObjectLike {
  return (
    isObject(object) &&
    "apiVersion" in object &&
    typeof object.apiVersion === "string" &&
    templatePathsOf(object as ObjectLike).some(path => path.length > 0)
  );
}

/**
 * Returns the workload with the views of its templates, at their paths, and with annotations that its
 * author may have meant for its Pods.
 */
function workloadView(workload: ObjectLike): object {
  const { apiVersion, kind, metadata } = workload;
  const view: Record<string | number, unknown> = {
    apiVersion,
    kind,
    metadata: defined({
      name: metadata?.name,
      namespace: metadata?.namespace,
      annotations: annotationsView(metadata?.annotations),
    }),
  };
  for (const { path, pod } of podTemplatesOf(workload)) {
    put(view, path, viewOf(pod));
  }
  return view;
}

/** Sets a value at a path. Members of lists on the way keep their indices. */
function put(root: Record<string | number, unknown>, path: FieldPath, value: unknown): void {
  let holder = root;
  for (const [index, field] of path.entries()) {
    const next = path[index + 1];
    holder[field] ??= next === undefined ? value : typeof next === "number" ? [] : {};
    holder = holder[field] as Record<string | number, unknown>;
  }
}
