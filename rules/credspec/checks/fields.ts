/** Paths of fields, as problems name them. */
import type { FieldPath } from "../../problem";
import type { Account, CredspecFields, DomainJoinConfig, HostAccountConfig } from "./schema";

/** What problems of the whole credspec name. */
export const CREDSPEC: FieldPath = ["credspec"];
export const CMS_PLUGINS: FieldPath = [...CREDSPEC, "CmsPlugins"];
export const DOMAIN: FieldPath = [...CREDSPEC, "DomainJoinConfig"];
const DIRECTORY: FieldPath = [...CREDSPEC, "ActiveDirectoryConfig"];
export const ACCOUNTS: FieldPath = [...DIRECTORY, "GroupManagedServiceAccounts"];
export const HOST_ACCOUNT: FieldPath = [...DIRECTORY, "HostAccountConfig"];

/** A field of the domain. */
export function domainField(key: keyof DomainJoinConfig): FieldPath {
  return [...DOMAIN, key];
}

/** A field of one of the accounts. */
export function accountField(index: number, key: keyof Account): FieldPath {
  return [...ACCOUNTS, index, key];
}

/** A field of the portable identity. */
export function hostAccountField(key: keyof HostAccountConfig): FieldPath {
  return [...HOST_ACCOUNT, key];
}

/** The accounts of a credspec; none if it has no list of them. */
export function accountsOf(credspec: CredspecFields): Account[] {
  return credspec.ActiveDirectoryConfig?.GroupManagedServiceAccounts ?? [];
}

/** The keys that lead to a value, whichever members of lists they go through. */
export function keysOf(path: FieldPath): string {
  return path.filter(part => typeof part === "string").join(".");
}

/** Whether one of the two holds the other, or both are the same. */
export function areRelated(left: FieldPath, right: FieldPath): boolean {
  const common = Math.min(left.length, right.length);
  return left.slice(0, common).every((part, index) => part === right[index]);
}
