/** Asks the API server whether the installation's service accounts have the rights they need. */
import { AuthorizationV1Api, type KubeConfig } from "@kubernetes/client-node";

import { identityOf } from "../../kube/admission-cluster";
import { wantedObjects } from "../manifests/installation/expected-objects";
import type { ObjectsByName } from "../manifests/installation/plain-object";
import { rightsOf, type Right } from "../manifests/installation/rights";

export interface AccountRights {
  asked: number;
  missing: Right[];
}

/** @throws if one of the rights cannot be checked, because then the result is unknown. */
export async function readAccountRights(
  kubeConfig: KubeConfig,
  installed: ObjectsByName,
): Promise<AccountRights> {
  const api = kubeConfig.makeApiClient(AuthorizationV1Api);
  const rights = rightsOf(wantedObjects(installed));
  const answers = await Promise.all(
    rights.map(async right => {
      const { account, verb, group, resource } = right;
      const { subresource, name, namespace } = right;
      const resourceAttributes = {
        ...{ verb, group, resource },
        ...(subresource === undefined ? {} : { subresource }),
        ...(name === undefined ? {} : { name }),
        ...(namespace === undefined ? {} : { namespace }),
      };
      const spec = { ...identityOf(account), resourceAttributes };
      const { status } = await api.createSubjectAccessReview({ body: { spec } });
      return { right, allowed: status?.allowed === true };
    }),
  );
  const missing = answers.filter(({ allowed }) => !allowed).map(({ right }) => right);
  return { asked: rights.length, missing };
}
