/**
 * What the cluster holds: namespaces with service accounts, credspecs, and for each credspec one
 * service account that may use it. All are known by their numbers.
 */
import { credspec, podWith, type CredspecObject } from "../cases";

/** How many of each. */
export interface Population {
  credspecs: number;
  namespaces: number;
  serviceAccounts: number;
}

/** One object to be created, and where. */
export interface Creation {
  path: string;
  body: object;
}

const RBAC = "rbac.authorization.k8s.io";
/** The domain's identifier ends with the version, so that contents tell which one they are. */
const SID = "S-1-5-21-1957390241-3086214477-";
const FIRST_VERSION = 1;

/** Path of the credspecs. */
export const CREDSPECS_PATH = "/apis/windows.k8s.io/v1/gmsacredentialspecs";

/** What a credspec holds: contents of this version, or nothing, since it is not there. */
export type CredspecState = number | "absent";

/** As it is made at first. */
export const FIRST_STATE = FIRST_VERSION;

/** The service account that may use a credspec at first. */
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

/** A credspec's name. */
export function credspecName(number: number): string {
  return `gmsa-${number}`;
}

/** A credspec of some version. */
export function credspecObject(number: number, version: number): CredspecObject {
  return credspec(credspecName(number), `${SID}${version}`);
}

/**
 * Which version of a credspec some contents are.
 *
 * @returns undefined if they are not, byte for byte, what any version of it holds.
 */
export function versionIn(contents: string, number: number): number | undefined {
  const digits = new RegExp(`"Sid":"${SID}(\\d+)"`).exec(contents)?.[1];
  const version = Number(digits);
  const expected = JSON.stringify(credspecObject(number, version).credspec);
  return digits !== undefined && contents === expected ? version : undefined;
}

/** Where Pods are created that nobody keeps. */
export function podsPath(population: Population, account: number): string {
  return `/api/v1/namespaces/${namespaceOf(population, account)}/pods?dryRun=All`;
}

/** A Pod of three containers, the first of which names the credspec. */
export function podOf(account: number, number: number): object {
  return podWith([credspecName(number), undefined, undefined], accountName(account));
}

/** Path of the RoleBindings in the namespace of a credspec's account. */
export function bindingsPath(population: Population, number: number): string {
  const namespace = namespaceOf(population, accountOf(population, number));
  return `/apis/${RBAC}/v1/namespaces/${namespace}/rolebindings`;
}

/** Its name. */
export function bindingName(number: number): string {
  return `use-${credspecName(number)}`;
}

/** Lets the account of a credspec use it. */
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

/** One kind of object, all of which can be created at the same time. */
export interface Stage {
  kind: string;
  count: number;
  creation: (number: number) => Creation;
}

/** What is created, one stage after the other. */
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
