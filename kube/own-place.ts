/** Checks that a program runs in the namespace and under the name that it was built for. */
import { NAMESPACE } from "./installation-names";

const HELP = 'docs/how-to/install.md, "Why pepr-system"';

/**
 * The names and the namespace appear in more places than kustomize's `namespace:` and `namePrefix:`
 * rewrite: in the policy's bindings, in variables, in match conditions, in certificates. An installation
 * with other names would start, and then admit GMSA Pods unchecked or refuse them all.
 *
 * @param account the service account of this program as shipped.
 * @returns why the program must not start; undefined if the names are right, or are not set in the
 *   environment, as in Pepr's own YAML.
 */
export function whyMisplaced(env: NodeJS.ProcessEnv, account: string): string | undefined {
  const { POD_NAMESPACE: namespace = NAMESPACE, POD_SERVICE_ACCOUNT: actual = account } = env;
  if (namespace !== NAMESPACE) {
    return (
      `this runs in namespace ${namespace}, but works only in ${NAMESPACE}: ` +
      `remove \`namespace:\` from your kustomization (${HELP}).`
    );
  }
  if (actual !== account) {
    return (
      `this runs as service account ${actual}, but works only as ${account}: ` +
      `remove \`namePrefix:\` and \`nameSuffix:\` from your kustomization (${HELP}).`
    );
  }
  return undefined;
}
