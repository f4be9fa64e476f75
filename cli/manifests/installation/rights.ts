/** Pure: the single rights that the shipped roles grant to the installation's service accounts. */
import type { PlainObject } from "./plain-object";

/** One right of an account, in the terms of a SubjectAccessReview. */
export interface Right {
  account: { namespace: string; name: string };
  verb: string;
  group: string;
  resource: string;
  subresource?: string;
  name?: string;
  /** Undefined for all namespaces. */
  namespace?: string;
  /** Kind/name of the role and of the binding that grant it. */
  role: string;
  binding: string;
}

interface Rule {
  apiGroups: string[];
  resources: string[];
  resourceNames?: string[];
  verbs: string[];
}

interface Binding extends PlainObject {
  roleRef: { kind: string; name: string };
  subjects: { kind: string; name: string; namespace: string }[];
}

/** @param objects the shipped objects, with the components in use. */
export function rightsOf(objects: readonly PlainObject[]): Right[] {
  return objects.filter(isBinding).flatMap(binding => {
    const { kind, name } = binding.roleRef;
    const { namespace } = binding.metadata;
    const roleNamespace = kind === "ClusterRole" ? undefined : namespace;
    const role = objects.find(
      ({ kind: is, metadata }) =>
        is === kind && metadata.name === name && metadata.namespace === roleNamespace,
    );
    const given = {
      role: `${kind}/${name}`,
      binding: `${binding.kind}/${binding.metadata.name}`,
      ...(namespace === undefined ? {} : { namespace }),
    };
    return binding.subjects.flatMap(account =>
      ((role?.rules ?? []) as Rule[]).flatMap(single).map(right => ({
        account: { namespace: account.namespace, name: account.name },
        ...right,
        ...given,
      })),
    );
  });
}

function isBinding(object: PlainObject): object is Binding {
  return object.kind === "RoleBinding" || object.kind === "ClusterRoleBinding";
}

type Asked = Pick<Right, "verb" | "group" | "resource" | "subresource" | "name">;

/** Every combination of a rule's lists. */
function single({ apiGroups, resources, resourceNames, verbs }: Rule): Asked[] {
  const names = resourceNames?.map(name => ({ name })) ?? [{}];
  return apiGroups.flatMap(group =>
    resources.flatMap(path => {
      const [resource = "", subresource] = path.split("/");
      const what = { group, resource, ...(subresource === undefined ? {} : { subresource }) };
      return verbs.flatMap(verb => names.map(name => ({ verb, ...what, ...name })));
    }),
  );
}

/** Describes a right: "get secrets pepr-gmsa-tls in namespace pepr-system". */
export function describeRight({
  verb,
  group,
  resource,
  subresource,
  name,
  namespace,
}: Right): string {
  const what = `${resource}${group === "" ? "" : `.${group}`}${subresource === undefined ? "" : `/${subresource}`}`;
  const parts = [
    verb,
    what,
    name,
    namespace === undefined ? undefined : `in namespace ${namespace}`,
  ];
  return parts.filter(part => part !== undefined).join(" ");
}
