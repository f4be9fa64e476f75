/**
 * The objects in the cluster: namespaces with service accounts, credential specs, and for each
 * credential spec one service account that may use it. All are identified by number.
 */
import { credspec, podWith, type CredspecObject } from "../cases";

/** Number of objects of each kind. */
export interface Population {
  credspecs: number;
  namespaces: number;
  serviceAccounts: number;
}

/** One object to create, and its API path. */
export interface Creation {
  path: string;
  body: object;
}

const RBAC = "rbac.authorization.k8s.io";
/** The domain's SID ends with the version, so the contents show which version they are. */
const SID = "S-1-5-21-1957390241-3086214477-";
const FIRST_VERSION = 1;

/** API path of the credential specs. */
export const CREDSPECS_PATH = "/apis/windows.k8s.io/v1/gmsacredentialspecs";

/** Version of the contents of a credential spec, or "absent" if it does not exist. */
export type CredspecState = number | "absent";

/** State after creation. */
export const FIRST_STATE = FIRST_VERSION;

/** The service account that may use a credential spec at the start. */
export function accountOf({ serviceAccounts }: Population, number: number): number {
  return number % serviceAccounts;
}

/** The namespace of a service account. */
export function namespaceOf({ namespaces }: Population, account: number): string {
  return `scale-${account % namespaces}`;
}

/** A service account's name. */
export function accountName(account: number): string {
  return `app-${account}`;
}

/** The name of a credential spec. */
export function credspecName(number: number): string {
  return `gmsa-${number}`;
}

/** A GMSACredentialSpec with the contents of a version. */
export function credspecObject(number: number, version: number): CredspecObject {
  return credspec(credspecName(number), `${SID}${version}`);
}

/**
 * Which version of a credential spec some contents are.
 *
 * @returns undefined if they do not match a version byte for byte.
 */
export function versionIn(contents: string, number: number): number | undefined {
  const digits = new RegExp(`"Sid":"${SID}(\\d+)"`).exec(contents)?.[1];
  const version = Number(digits);
  const expected = JSON.stringify(credspecObject(number, version).credspec);
  return digits !== undefined && contents === expected ? version : undefined;
}

/** API path for creating Pods as dry runs. */
export function podsPath(population: Population, account: number): string {
  return `/api/v1/namespaces/${namespaceOf(population, account)}/pods?dryRun=All`;
}

/** A Pod with three containers, the first of which names the credential spec. */
export function podOf(account: number, number: number): object {
  return podWith([credspecName(number), undefined, undefined], accountName(account));
}

/** API path of the RoleBindings in the namespace of a credential spec's account. */
export function bindingsPath(population: Population, number: number): string {
  const namespace = namespaceOf(population, accountOf(population, number));
  return `/apis/${RBAC}/v1/namespaces/${namespace}/rolebindings`;
}

/** Name of that RoleBinding. */
export function bindingName(number: number): string {
  return `use-${credspecName(number)}`;
}

/** RoleBinding that lets the account of a credential spec use it. */
export function binding(population: Population, number: number): object {
  const account = accountOf(population, number);
  return {
    metadata: { name: bindingName(number) },
    roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: bindingName(number) },
    subjects: [
      {
        kind: "ServiceAccount",
        name: accountName(account),
        namespace: namespaceOf(population, account),
      },
    ],
  };
}

function clusterRole(number: number): object {
  return {
    metadata: { name: bindingName(number) },
    rules: [
      {
        apiGroups: ["windows.k8s.io"],
        resources: ["gmsacredentialspecs"],
        resourceNames: [credspecName(number)],
        verbs: ["use"],
      },
    ],
  };
}

/** Objects of one kind, which can all be created concurrently. */
export interface Stage {
  kind: string;
  count: number;
  creation: (number: number) => Creation;
}

/** The objects to create, stage by stage. */
export function stagesOf(population: Population): Stage[] {
  const { credspecs, namespaces, serviceAccounts } = population;
  return [
    {
      kind: "namespaces",
      count: namespaces,
      creation: number => ({
        path: "/api/v1/namespaces",
        body: { metadata: { name: namespaceOf(population, number) } },
      }),
    },
    {
      kind: "service accounts",
      count: serviceAccounts,
      creation: account => ({
        path: `/api/v1/namespaces/${namespaceOf(population, account)}/serviceaccounts`,
        body: { metadata: { name: accountName(account) } },
      }),
    },
    {
      kind: "credspecs",
      count: credspecs,
      creation: number => ({ path: CREDSPECS_PATH, body: credspecObject(number, FIRST_VERSION) }),
    },
    {
      kind: "ClusterRoles",
      count: credspecs,
      creation: number => ({ path: `/apis/${RBAC}/v1/clusterroles`, body: clusterRole(number) }),
    },
    {
      kind: "RoleBindings",
      count: credspecs,
      creation: number => ({
        path: bindingsPath(population, number),
        body: binding(population, number),
      }),
    },
  ];
}
