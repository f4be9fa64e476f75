/** Objects of an installation, shipped or in a cluster, and their names. */
import { NAMESPACE } from "../../../kube/installation-names";

/** Any object, as the API server returns it. */
export interface PlainObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    creationTimestamp?: string;
    deletionTimestamp?: string;
    finalizers?: readonly string[];
  };
  [field: string]: unknown;
}

/** Objects by `idOf`. */
export type ObjectsByName = Readonly<Record<string, PlainObject | undefined>>;

/** Kind/name, or kind/namespace/name outside the namespace of the installation. */
export function idOf({ kind, metadata }: PlainObject): string {
  const { namespace = NAMESPACE, name } = metadata;
  return namespace === NAMESPACE ? `${kind}/${name}` : `${kind}/${namespace}/${name}`;
}

export interface Container {
  args?: string[];
  env?: { name: string; value?: string }[];
}

/** The first container of a Deployment; an empty one if there is none. */
export function containerOf(deployment: PlainObject | undefined): Container {
  const { spec } = (deployment ?? {}) as {
    spec?: { template?: { spec?: { containers?: Container[] } } };
  };
  return spec?.template?.spec?.containers?.[0] ?? {};
}
