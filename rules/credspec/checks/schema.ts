/**
 * A credspec, as New-CredentialSpec writes it and as the custom resource definition has it:
 * https://learn.microsoft.com/virtualization/windowscontainers/manage-containers/gmsa-configure-app
 *
 * Nothing is required here: what is missing is for the rules to say, with what it is for.
 */
import * as z from "zod/mini";

const text = z.optional(z.string());

const account = { Name: text, Scope: text };

const hostAccountConfig = { PortableCcgVersion: text, PluginGUID: text, PluginInput: text };

const activeDirectoryConfig = {
  GroupManagedServiceAccounts: z.optional(z.array(z.strictObject(account))),
  HostAccountConfig: z.optional(z.strictObject(hostAccountConfig)),
};

const domainJoinConfig = {
  Sid: text,
  MachineAccountName: text,
  Guid: text,
  DnsTreeName: text,
  DnsName: text,
  NetBiosName: text,
};

const credspec = {
  CmsPlugins: z.optional(z.array(z.string())),
  DomainJoinConfig: z.optional(z.strictObject(domainJoinConfig)),
  ActiveDirectoryConfig: z.optional(z.strictObject(activeDirectoryConfig)),
};

export const credspecSchema = z.strictObject(credspec);

/** A credspec whose fields have the right types; any of them may be absent. */
export type CredspecFields = z.infer<typeof credspecSchema>;
export type DomainJoinConfig = NonNullable<CredspecFields["DomainJoinConfig"]>;
export type Account = z.infer<z.ZodMiniObject<typeof account>>;
export type HostAccountConfig = z.infer<z.ZodMiniObject<typeof hostAccountConfig>>;

/** The known keys of each object, by its path without the positions in lists. */
export const KNOWN_KEYS: Readonly<Record<string, readonly string[]>> = {
  credspec: Object.keys(credspec),
  "credspec.DomainJoinConfig": Object.keys(domainJoinConfig),
  "credspec.ActiveDirectoryConfig": Object.keys(activeDirectoryConfig),
  "credspec.ActiveDirectoryConfig.GroupManagedServiceAccounts": Object.keys(account),
  "credspec.ActiveDirectoryConfig.HostAccountConfig": Object.keys(hostAccountConfig),
};
