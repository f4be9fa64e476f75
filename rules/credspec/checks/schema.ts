/**
 * The schema of a credential spec, as New-CredentialSpec writes it and as the custom resource definition
 * defines it:
 * https://learn.microsoft.com/virtualization/windowscontainers/manage-containers/gmsa-configure-app
 *
 * Every field is optional here. The rules report missing fields, with their purpose.
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

/** A credential spec whose fields have the right types. Any field may be absent. */
export type CredspecFields = z.infer<typeof credspecSchema>;
export type DomainJoinConfig = NonNullable<CredspecFields["DomainJoinConfig"]>;
export type Account = z.infer<z.ZodMiniObject<typeof account>>;
export type HostAccountConfig = z.infer<z.ZodMiniObject<typeof hostAccountConfig>>;

/** The known keys of each object, by its path without the indices of lists. */
export const KNOWN_KEYS: Readonly<Record<string, readonly string[]>> = {
  credspec: Object.keys(credspec),
  "credspec.DomainJoinConfig": Object.keys(domainJoinConfig),
  "credspec.ActiveDirectoryConfig": Object.keys(activeDirectoryConfig),
  "credspec.ActiveDirectoryConfig.GroupManagedServiceAccounts": Object.keys(account),
  "credspec.ActiveDirectoryConfig.HostAccountConfig": Object.keys(hostAccountConfig),
};
