/** Pure: what retrieves the account's password, the node itself or a plug-in on it. */
import { pluginOf } from "../../../../rules/credspec/checks/plugins";
import type { Lookup } from "../../../api/calls";
import { fail, pass, type Observed } from "../../../diagnosis/report/check";
import type { NodeReport } from "../../../inspect/node-reports";

/** The string fields of HostAccountConfig. */
export interface HostAccount {
  pluginGuid: string;
  pluginInput: string;
}

/** The contents of a Pod do not change after its creation. */
export const CORRECT_CREDSPEC = "Correct the credential spec, then recreate the Pod.";
const SEE_PLUGINS = String.raw`Get-ChildItem HKLM:\SYSTEM\CurrentControlSet\Control\CCG\COMClasses on the node lists its plug-ins.`;
const APPLY_REPORT = "deploy/windows/node-report shows it (`gmsa explain windows`).";

/** Without HostAccountConfig, the node must be joined to the domain. */
export function judgeJoined(domain: string, report: Lookup<NodeReport> | undefined): Observed {
  const { domainJoined, domain: ofNode = "" } = valueOf(report);
  const needed = `the credential spec does not have HostAccountConfig, so the node must be joined to ${domain}`;
  if (domainJoined === undefined) {
    return {
      level: "unknown",
      message: `${needed}; ${whyUnknown(report)}`,
      remedy: `Run \`(Get-CimInstance Win32_ComputerSystem).PartOfDomain\` on the node: True means that it is. ${APPLY_REPORT}`,
    };
  }
  return domainJoined
    ? pass(`the node is joined to ${ofNode}, and retrieves the password itself`)
    : fail(
        `${needed}, and it is not joined to a domain`,
        "Join the node to the domain, or use portable identity (`gmsa create --plugin`, `gmsa explain credspecs`).",
      );
}

/** With HostAccountConfig, checks which plug-in it names, the input, and whether the node has the plug-in. */
export function judgePlugin(
  { pluginGuid, pluginInput }: HostAccount,
  report: Lookup<NodeReport> | undefined,
): Observed[] {
  const plugin = pluginOf(pluginGuid);
  const title = plugin === undefined ? "that is unknown" : `of ${plugin.title}`;
  const registered = judgeRegistered(`the plug-in ${pluginGuid} ${title}`, pluginGuid, report);
  if (plugin === undefined) return [registered];
  const { form, secret, needs } = plugin;
  return plugin.accepts(pluginInput)
    ? [
        registered,
        {
          level: "pass",
          message: `PluginInput has the form ${form}`,
          remedy: `gmsa cannot see whether the secret holds ${secret}, or whether ${needs}.`,
        },
      ]
    : [
        registered,
        fail(
          `PluginInput does not have the form that this plug-in reads, ${form}`,
          CORRECT_CREDSPEC,
        ),
      ];
}

function judgeRegistered(
  plugin: string,
  guid: string,
  report: Lookup<NodeReport> | undefined,
): Observed {
  const { plugins } = valueOf(report);
  if (plugins === undefined) {
    return {
      level: "unknown",
      message: `${plugin} gets the password if it is installed on the node; ${whyUnknown(report)}`,
      remedy: `${SEE_PLUGINS} ${APPLY_REPORT}`,
    };
  }
  return plugins.some(each => each.toUpperCase() === guid.toUpperCase())
    ? pass(`${plugin} is registered on the node`)
    : fail(`${plugin} is not registered on the node`, `Install it there. ${SEE_PLUGINS}`);
}

export function valueOf(report: Lookup<NodeReport> | undefined): Partial<NodeReport> {
  return report?.known === true ? report.value : {};
}

export function whyUnknown(report: Lookup<NodeReport> | undefined): string {
  if (report === undefined) return "the Pod is not on a node";
  return report.known ? "the node's report has an earlier format" : report.why;
}
