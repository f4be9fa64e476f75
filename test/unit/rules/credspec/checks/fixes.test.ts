/** Corrections of credential specs: each is offered only if there is one right answer. */
import { checkCredspec } from "../../../../../rules/credspec/checks/check-credspec";
import { unknownKey } from "../../../../../rules/credspec/checks/unknown-keys";
import { fieldOf } from "../../../../../rules/problem";

interface Account {
  Name?: string;
  Scope?: string;
}

/** The corrections, as `field: kind value`. */
function fixesOf(domain: object, accounts: Account[] = [], host?: object): string[] {
  const found = checkCredspec({
    CmsPlugins: ["ActiveDirectory"],
    DomainJoinConfig: {
      ...{ Sid: "S-1-5-21-1957390241-3086214477-2670915583", DnsTreeName: "contoso.com" },
      ...{ Guid: "6f5e2c1a-3b7d-4c8e-9a41-0d2b7c9e5f13", DnsName: "contoso.com" },
      ...{ NetBiosName: "CONTOSO", MachineAccountName: "webapp1" },
      ...domain,
    },
    ActiveDirectoryConfig: {
      GroupManagedServiceAccounts: [
        { Name: "webapp1", Scope: "contoso.com" },
        { Name: "webapp1", Scope: "CONTOSO" },
        ...accounts,
      ],
      ...(host === undefined ? {} : { HostAccountConfig: host }),
    },
  });
  return found
    .flatMap(({ fixes = [] }) => fixes)
    .map(({ path, edit }) => `${fieldOf(path).replace(/.*\./, "")}: ${JSON.stringify(edit)}`);
}

function writes(field: string, to: string): string[] {
  return [`${field}: ${JSON.stringify({ kind: "value", to })}`];
}

test.each<[string, string[]]>([
  ["webapp1", []],
  ["webapp1$", writes("MachineAccountName", "webapp1")],
  [" webapp1 ", writes("MachineAccountName", "webapp1")],
  ["CONTOSO\\webapp1$", writes("MachineAccountName", "webapp1")],
  ["contoso.com\\webapp1", writes("MachineAccountName", "webapp1")],
  [" contoso\\webapp1$ ", writes("MachineAccountName", "webapp1")],
  ["webapp1@contoso.com", writes("MachineAccountName", "webapp1")],
  ["webapp1$@CONTOSO.com ", writes("MachineAccountName", "webapp1")],
  ["CONTOSO\\webapp1@contoso.com", writes("MachineAccountName", "webapp1")],
  ["FABRIKAM\\webapp1", []],
  ["webapp1@fabrikam.com", []],
  ["webapp1@fabrikam.com ", []],
  ["CONTOSO\\webapp1@fabrikam.com", []],
  ["FABRIKAM\\webapp1@contoso.com", []],
  ["CONTOSO\\", []],
  ["web/app1$", []],
  ["fifteen-letters$", writes("MachineAccountName", "fifteen-letters")],
  ["sixteen-letters-$", []],
  ["web$app1$", writes("MachineAccountName", "web$app1")],
  ["webapp1$$", writes("MachineAccountName", "webapp1")],
])("the machine account %j: %j", (name, due) => {
  expect(fixesOf({ MachineAccountName: name })).toEqual(due);
});

test.each<[Account, string[]]>([
  [{ Name: "sql$", Scope: "contoso.com" }, writes("Name", "sql")],
  [{ Name: "CONTOSO\\sql", Scope: "contoso.com" }, []],
  [{ Name: "CONTOSO\\sql", Scope: "contoso" }, writes("Name", "sql")],
  [{ Name: "CONTOSO\\sql" }, []],
  [{ Name: "sql@contoso.com" }, []],
  [{ Name: "sql@contoso.com", Scope: "Contoso.com" }, writes("Name", "sql")],
])("an account %j: %j", (account, due) => {
  expect(fixesOf({}, [account])).toEqual(due);
});

const GUID = "6f5e2c1a-3b7d-4c8e-9a41-0d2b7c9e5f13";
const NIL = "00000000-0000-0000-0000-000000000000";

test.each<[string, string[]]>([
  [GUID, []],
  [`{${GUID}}`, writes("Guid", GUID)],
  [NIL, []],
  [`{${NIL}}`, []],
  ["{}", []],
])("the GUID %j: %j", (guid, due) => {
  expect(fixesOf({ Guid: guid })).toEqual(due);
});

test.each<[string, string, string[]]>([
  ["1", `{${GUID}}`, []],
  ["1.0", `{${GUID}}`, writes("PortableCcgVersion", "1")],
  [" 1", `{${GUID}}`, writes("PortableCcgVersion", "1")],
  ["2", `{${GUID}}`, []],
  ["one", `{${GUID}}`, []],
  ["1", GUID, writes("PluginGUID", `{${GUID}}`)],
  ["1", "plug-in", []],
  ["1", NIL, []],
])("a portable identity of version %j and plug-in %j: %j", (version, guid, due) => {
  const host = { PortableCcgVersion: version, PluginGUID: guid, PluginInput: "x" };
  expect(fixesOf({}, [], host)).toEqual(due);
});

const DOMAIN = ["credspec", "DomainJoinConfig"];
const REFUSED =
  "kubectl apply refuses a key that the API server does not know; with --validate=false it is dropped, and Windows never sees it";

test.each<[string[], string, { meant?: string; renamed?: boolean }]>([
  [DOMAIN, "sid", { meant: "Sid", renamed: true }],
  [DOMAIN, "guid", { meant: "Guid", renamed: true }],
  [DOMAIN, "dns_name", { meant: "DnsName", renamed: true }],
  [DOMAIN, "DnsTreName", { meant: "DnsTreeName", renamed: true }],
  [DOMAIN, "DnsTreNam", { meant: "DnsTreeName", renamed: true }],
  [DOMAIN, "DnsTrNam", {}],
  [DOMAIN, "Gid", { meant: "Sid" }],
  [DOMAIN, "Guids", { meant: "Guid", renamed: true }],
  [DOMAIN, "Comment", {}],
  [DOMAIN, "PluginGuid", { meant: "credspec.ActiveDirectoryConfig.HostAccountConfig.PluginGUID" }],
  [["credspec"], "machine-account-name", { meant: "credspec.DomainJoinConfig.MachineAccountName" }],
  [["credspec"], "CMSPlugins", { meant: "CmsPlugins", renamed: true }],
])("in %j the key %s: %j", (object, key, { meant, renamed = false }) => {
  const path = [...object, key];
  const expected = meant ?? "absent";
  const remedy = `${meant === undefined ? "remove it" : `write ${meant} instead`}; ${REFUSED}`;
  expect(unknownKey(object, key)).toStrictEqual({
    level: "warning",
    places: [{ path, text: fieldOf(path) }],
    found: "an unknown key",
    expected,
    problem: `should be ${expected}, but is an unknown key`,
    remedy,
    ...(renamed ? { fixes: [{ path, edit: { kind: "key", to: meant } }] } : {}),
  });
});
