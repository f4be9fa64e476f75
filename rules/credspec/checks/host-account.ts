import { HOST_ACCOUNT, hostAccountField } from "./fields";
import { warning, writing, type Finding } from "./finding";
import { isGuid, withoutBraces, isBlank, describeValue } from "../../text";
import type { CredspecFields, HostAccountConfig } from "./schema";

/** The only version of the portable identity format. */
export const PORTABLE_CCG_VERSION = "1";

const EXPECTED: Record<keyof HostAccountConfig, string> = {
  PortableCcgVersion: `"${PORTABLE_CCG_VERSION}"`,
  PluginGUID: "the class ID of the plug-in, in braces",
  PluginInput: "the text by which the plug-in finds the credentials",
};

/** All zeros, or digits in sequence: never the ID of a class. */
const NO_CLASS = /^(?:0{8}(?:-0{4}){3}-0{12}|(?:01234567|12345678)-[\da-f-]{27})$/i;
const REGISTERED = String.raw`HKLM\SYSTEM\CurrentControlSet\Control\CCG\COMClasses on a node lists the registered ones`;

/** Checks that a portable identity is complete: version, plug-in and input. */
export function checkHostAccount(credspec: CredspecFields): Finding[] {
  const host = credspec.ActiveDirectoryConfig?.HostAccountConfig;
  if (host === undefined) return [];
  const keys = Object.keys(EXPECTED) as (keyof HostAccountConfig)[];
  if (keys.every(key => isBlank(host[key]))) {
    return [
      warning({
        path: HOST_ACCOUNT,
        found: "an empty object",
        expected: "version, plug-in and input for nodes outside of the domain",
        remedy: "remove it if the nodes are joined to the domain",
      }),
    ];
  }
  return [...incomplete(host, keys), ...version(host), ...pluginGuid(host)];
}

function incomplete(host: HostAccountConfig, keys: (keyof HostAccountConfig)[]): Finding[] {
  return keys
    .filter(key => isBlank(host[key]))
    .map(key =>
      warning({
        path: hostAccountField(key),
        found: describeValue(host[key]),
        expected: EXPECTED[key],
        remedy:
          key === "PortableCcgVersion"
            ? `write "${PORTABLE_CCG_VERSION}"`
            : "see the documentation of the plug-in",
      }),
    );
}

function version({ PortableCcgVersion: found }: HostAccountConfig): Finding[] {
  return isBlank(found) || found === PORTABLE_CCG_VERSION
    ? []
    : [
        warning({
          path: hostAccountField("PortableCcgVersion"),
          found: describeValue(found),
          expected: EXPECTED.PortableCcgVersion,
          remedy: `write "${PORTABLE_CCG_VERSION}", the only version so far`,
          edit:
            Number(found) === Number(PORTABLE_CCG_VERSION)
              ? writing(PORTABLE_CCG_VERSION)
              : undefined,
        }),
      ];
}

/** Container Credential Guard looks up the class under ...\Control\CCG\COMClasses\{GUID}. */
function pluginGuid({ PluginGUID: guid }: HostAccountConfig): Finding[] {
  const bare = withoutBraces(guid ?? "");
  if (isBlank(guid)) return [];
  if (NO_CLASS.test(bare)) {
    return [
      warning({
        path: hostAccountField("PluginGUID"),
        found: `${describeValue(guid)}, which is invented`,
        expected: EXPECTED.PluginGUID,
        remedy: REGISTERED,
      }),
    ];
  }
  if (isGuid(bare) && bare !== guid) return [];
  return [
    warning({
      path: hostAccountField("PluginGUID"),
      found: describeValue(guid),
      expected: "the class ID of the plug-in in braces, hexadecimal digits only",
      remedy: isGuid(bare) ? `write {${bare}}` : REGISTERED,
      edit: isGuid(bare) ? writing(`{${bare}}`) : undefined,
    }),
  ];
}
