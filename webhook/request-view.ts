import { CREDSPEC_KIND } from "../rules/credspec/resource";
import { isObject, type ObjectLike } from "../rules/object";
import { viewOf, defined } from "../rules/pod/view";
import { templatePathOf, podTemplateOf } from "../rules/workload/pod-template";

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
    (templatePathOf(object as ObjectLike)?.length ?? 0) > 0
  );
}

/** The workload with nothing but the view of its template, where the template is. */
function workloadView(workload: ObjectLike): object {
  const { apiVersion, kind, metadata } = workload;
  const path = templatePathOf(workload) ?? [];
  const template: unknown = viewOf(podTemplateOf(workload) ?? {});
  const fields = path.reduceRight((inner, field) => ({ [field]: inner }), template) as object;
  return {
    apiVersion,
    kind,
    metadata: defined({ name: metadata?.name, namespace: metadata?.namespace }),
    ...fields,
  };
}
