import { ApiException } from "@kubernetes/client-node";

import { describeFailure } from "../kube/api-error";
import { EXIT, Failure } from "./terminal/failure";

/**
 * The answer of a call to the API server.
 *
 * @throws Failure in place of what @kubernetes/client-node rejects with.
 */
export async function asked<Answer>(call: Promise<Answer>): Promise<Answer> {
  try {
    return await call;
  } catch (error) {
    const message = describeFailure(error);
    const remedy = error instanceof ApiException ? remedyFor(error.code, message) : REACH;
    throw new Failure(message, remedy, EXIT.failed, { cause: error });
  }
}

const REACH = "Check --kubeconfig and --context, and that kubectl works with them.";

const NO_NAMESPACE = /namespaces "([^"]+)" not found/;

function remedyFor(code: number, message: string): string {
  const [, namespace] = NO_NAMESPACE.exec(message) ?? [];
  if (namespace !== undefined) {
    return `\`kubectl create namespace ${namespace}\` makes it; \`kubectl get namespaces\` lists those that there are.`;
  }
  switch (code) {
    case 401:
      return "The cluster does not accept the credentials of this kubeconfig.";
    case 403:
      return "Ask for this right, or use a --context that has it.";
    case 404:
      return "Is GMSA for Kubernetes installed in this cluster? See docs/install.md.";
    default:
      return "";
  }
}
