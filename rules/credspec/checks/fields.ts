/** Paths of fields in problems. */
import type { FieldPath } from "../../problem";
import type { Account, CredspecFields, DomainJoinConfig, HostAccountConfig } from "./schema";

/** The path of problems that concern the whole credential spec. */
export const CREDSPEC: FieldPath = ["credspec"];
export const CMS_PLUGINS: FieldPath = [...CREDSPEC, "CmsPlugins"];
export const DOMAIN: FieldPath = [...CREDSPEC, "DomainJoinConfig"];
const DIRECTORY: FieldPath = [...CREDSPEC, "ActiveDirectoryConfig"];
export const ACCOUNTS: FieldPath = [...DIRECTORY, "GroupManagedServiceAccounts"];
export const HOST_ACCOUNT: FieldPath = [...DIRECTORY, "HostAccountConfig"];

/** The path of a field of the domain. */
export function domainField(key: keyof DomainJoinConfig): FieldPath {
  return [...DOMAIN, key];
}

/** The path of a field of one account. */
export function accountField(index: number, key: keyof Account): FieldPath {
  return [...ACCOUNTS, index, key];
}

/** The path of a field of the portable identity. */
export function hostAccountField(key: keyof HostAccountConfig): FieldPath {
  return [...HOST_ACCOUNT, key];
}

/** The accounts of a credential spec; empty if it has no such list. */
export function accountsOf(credspec: CredspecFields): Account[] {
  return credspec.ActiveDirectoryConfig?.GroupManagedServiceAccounts ?? [];
}

/** Joins the keys of a path and leaves out the indices of lists. */
export function keysOf(path: FieldPath): string {
  return path.filter(part => typeof part === "string").join(".");
}

/** Whether the paths are equal, or one leads to a field inside the other. */
export function areRelated(left: FieldPath, right: FieldPath): boolean {
  const common = Math.min(left.length, right.length);
  return left.slice(0, common).every((part, index) => part === right[index]);
}
