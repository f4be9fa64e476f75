/** What people know a credspec by; the columns of `kubectl get gmsa`. */
import { shapeOf } from "../../rules/credspec/checks/parse";

export interface CredspecColumns {
  /** Name of the first account. */
  account?: string;
  /** DNS name of the domain. */
  domain?: string;
}

/** @param credspec whatever is stored; what has a wrong type is left out. */
export function columnsOf(credspec: unknown): CredspecColumns {
  const { ActiveDirectoryConfig, DomainJoinConfig } = shapeOf(credspec).fields ?? {};
  const account = ActiveDirectoryConfig?.GroupManagedServiceAccounts?.[0]?.Name;
  const domain = DomainJoinConfig?.DnsName;
  return {
    ...(account === undefined ? {} : { account }),
    ...(domain === undefined ? {} : { domain }),
  };
}
