/** Bindings of the GMSA rules to Pepr, and nothing else. */
import { Capability, Log, a } from "pepr";
import type { PeprMutateRequest, PeprValidateRequest } from "pepr";

import { findDenials, findInlinings } from "./admission";
import type { Cluster } from "./cluster";
import { loadKubeConfig } from "./kube-client";
import { KubeCluster } from "./kube-cluster";
import type { PodReview } from "./validate";
import type { PodLike } from "./windows-options";

const FORBIDDEN = 403;

export const Gmsa = new Capability({
  name: "gmsa",
  description: "Expands and authorises GMSA credential specs of Windows Pods",
});

let connected: Cluster | undefined;

/** Connects at the first request: nothing may touch the cluster while Pepr builds the module. */
function cluster(): Cluster {
  if (connected === undefined) {
    connected = new KubeCluster(loadKubeConfig());
  }
  return connected;
}

Gmsa.When(a.Pod)
  .IsCreatedOrUpdated()
  .Mutate(async request => {
    for (const { place, contents } of await findInlinings(cluster(), reviewOf(request))) {
      place.options.gmsaCredentialSpec = contents;
    }
  })
  .Validate(async request => {
    const review = reviewOf(request);
    const denials = await findDenials(cluster(), review);
    if (denials.length === 0) {
      return request.Approve();
    }
    Log.warn(
      {
        uid: request.Request.uid,
        operation: request.Request.operation,
        serviceAccount: review.serviceAccount,
        reasons: denials.map(({ reason }) => reason),
      },
      "Pod refused",
    );
    return request.Deny(denials.map(({ message }) => message).join(" "), FORBIDDEN);
  });

function reviewOf(request: PeprMutateRequest<a.Pod> | PeprValidateRequest<a.Pod>): PodReview {
  const pod: PodLike = request.Raw;
  return {
    pod,
    oldPod: request.OldResource,
    serviceAccount: {
      // The request's: a Pod that a controller creates carries no namespace of its own.
      namespace: request.Request.namespace ?? "",
      // The admission plugin ServiceAccount fills it in; where it is off, this is what kubelets use.
      name: pod.spec?.serviceAccountName ?? "default",
    },
  };
}
