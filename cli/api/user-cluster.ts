import { AuthorizationV1Api, type KubeConfig } from "@kubernetes/client-node";

import type { Cluster } from "../../rules/credspec/cluster";
import { AdmissionCluster } from "../../kube/admission-cluster";
import { needsRight } from "./calls";

/** Without this right nobody is told who may use a credspec. */
export const REVIEW = needsRight("create subjectaccessreviews");

export interface UserCluster {
  cluster: Cluster;
  /** May ask who may use a credspec. */
  mayReview: boolean;
}

/**
 * The cluster as admission sees it, asked with the rights of a user: who may not create
 * SubjectAccessReviews gets that as the answer, and nothing is asked in vain.
 */
export async function clusterOfUser(kubeConfig: KubeConfig): Promise<UserCluster> {
  const cluster = new AdmissionCluster(kubeConfig);
  if (await mayCreateReviews(kubeConfig)) return { cluster, mayReview: true };
  return {
    cluster: {
      readCredspec: (name, options) => cluster.readCredspec(name, options),
      mayUse: () => Promise.resolve({ outcome: "failed", why: REVIEW }),
    },
    mayReview: false,
  };
}

/** Every user may ask this of themselves, where nobody has taken that away. */
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
    // Then each review says by itself what is wrong.
    return true;
  }
}
