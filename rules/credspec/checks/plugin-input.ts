import { hostAccountField } from "./fields";
import { warning, type Finding } from "./finding";
import { pluginOf } from "./plugins";
import type { CredspecFields } from "./schema";
import { isBlank } from "../../text";

const FIELD = hostAccountField("PluginInput");
const SECRETS = [
  // domain:user:password, as in an example on Microsoft Learn
  /^[^:\s/]+\.[^:\s/]+:[^:\s/]+:[^:]+$/,
  // DOMAIN\user:password, as in secrets in Azure Key Vault
  /^[^:;=\\\s]+\\[^:;=\\\s]+:.+$/,
  /\b(?:pass(?:word|wd)?|pwd)"?\s*[=:]/i,
];

/**
 * Checks that the input is the address of the credentials in the form that the plug-in reads, and not a
 * secret itself.
 */
export function checkPluginInput(credspec: CredspecFields): Finding[] {
  const { PluginGUID: guid = "", PluginInput: input } =
    credspec.ActiveDirectoryConfig?.HostAccountConfig ?? {};
  if (isBlank(input)) return [];
  if (SECRETS.some(secret => secret.test(input))) {
    return [
      warning({
        path: FIELD,
        found: "what looks like a user with a password",
        expected: "the address of the secret, never the secret itself",
        remedy:
          "everybody who may read this object, or a Pod that uses it, can see the password: move it to a key vault, and change it",
      }),
    ];
  }
  const plugin = pluginOf(guid);
  return plugin === undefined || plugin.accepts(input)
    ? []
    : [
        warning({
          path: FIELD,
          // The value is not shown, because a text of an unexpected form may be a secret.
          found: "a text of another form",
          expected: `what the plug-in of ${plugin.title} reads, ${plugin.form}`,
          remedy: "write it like this, with your own values in place of < >",
        }),
      ];
}
