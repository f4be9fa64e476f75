import { VersionApi } from "@kubernetes/client-node";
import type { KubeConfig } from "@kubernetes/client-node";

import { asked } from "../api-failure";

/**
 * Asks for the version of the API server, which every user may: whether it is there at all is found
 * out once, before all the rest is asked.
 *
 * @returns such as "v1.36.3".
 * @throws Failure if it cannot be reached, or does not know the user.
 */
export async function reachable(kubeConfig: KubeConfig): Promise<string> {
  const { gitVersion } = await asked(kubeConfig.makeApiClient(VersionApi).getCode());
  return gitVersion;
}
