/** Paths of fields, as findings name them. */
import type { Account, CredspecFields, DomainJoinConfig, HostAccountConfig } from "./schema";

/** What findings about the whole credspec name. */
export const CREDSPEC = "credspec";
export const CMS_PLUGINS = "credspec.CmsPlugins";
export const DOMAIN = "credspec.DomainJoinConfig";
export const ACCOUNTS = "credspec.ActiveDirectoryConfig.GroupManagedServiceAccounts";
export const HOST_ACCOUNT = "credspec.ActiveDirectoryConfig.HostAccountConfig";

/** A field of the domain. */
export function domainField(key: keyof DomainJoinConfig): string {
  return `${DOMAIN}.${key}`;
}

/** A field of one of the accounts. */
export function accountField(index: number, key: keyof Account): string {
  return `${ACCOUNTS}[${index}].${key}`;
}

/** A field of the portable identity. */
export function hostAccountField(key: keyof HostAccountConfig): string {
  return `${HOST_ACCOUNT}.${key}`;
}

/** The accounts of a credspec; none if it has no list of them. */
export function accountsOf(credspec: CredspecFields): Account[] {
  return credspec.ActiveDirectoryConfig?.GroupManagedServiceAccounts ?? [];
}

/** The path of a value from its keys and positions. */
export function fieldAt(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (field, key) => (typeof key === "number" ? `${field}[${key}]` : `${field}.${String(key)}`),
    CREDSPEC,
  );
}

/** Whether one of the two holds the other, or both are the same. */
export function areRelated(left: string, right: string): boolean {
  return isWithin(left, right) || isWithin(right, left);
}

function isWithin(field: string, outer: string): boolean {
  return field.startsWith(outer) && ["", ".", "["].includes(field.charAt(outer.length));
}
