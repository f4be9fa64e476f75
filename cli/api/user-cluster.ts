import { AuthorizationV1Api, type KubeConfig } from "@kubernetes/client-node";

import type { Cluster } from "../../rules/credspec/cluster";
import { AdmissionCluster } from "../../kube/admission-cluster";
import { needsRight, type Unread } from "./calls";

/** The right that is necessary to ask who may use a credential spec. */
export const REVIEW: Unread = needsRight("create subjectaccessreviews");

export interface UserCluster {
  cluster: Cluster;
  /** Whether the user may ask who may use a credential spec. */
  mayReview: boolean;
}

/**
 * The cluster as admission sees it, with the rights of a user. Without the right to create
 * SubjectAccessReviews, every such question is answered with this reason, without a call.
 */
export async function clusterOfUser(kubeConfig: KubeConfig): Promise<UserCluster> {
  const cluster = new AdmissionCluster(kubeConfig);
  if (await mayCreateReviews(kubeConfig)) return { cluster, mayReview: true };
  return {
    cluster: {
      readCredspec: (name, options) => cluster.readCredspec(name, options),
      mayUse: () => Promise.resolve({ outcome: "failed", why: REVIEW.why }),
    },
    mayReview: false,
  };
}

/** By default, every user may ask about their own rights. */
async function mayCreateReviews(kubeConfig: KubeConfig): Promise<boolean> {
  try {
    const { status } = await kubeConfig
      .makeApiClient(AuthorizationV1Api)
      .createSelfSubjectAccessReview({
        body: {
          spec: {
            resourceAttributes: {
              group: "authorization.k8s.io",
              resource: "subjectaccessreviews",
              verb: "create",
            },
          },
        },
      });
    return status?.allowed === true;
  } catch {
    // Then each review reports the problem itself.
    return true;
  }
}
