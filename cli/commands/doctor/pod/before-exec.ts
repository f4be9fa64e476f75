/** Pure: checks of a container that do not need exec. */
import type { V1Node } from "@kubernetes/client-node";

import { checkCredspec } from "../../../../rules/credspec/checks/check-credspec";
import type { Lookup } from "../../../api/calls";
import { isWindows, nameOf } from "../../../inspect/windows-node";
import { fail, pass, warn, type Observed } from "../../../diagnosis/report/check";
import { checkReport, type CheckReport } from "../../../diagnosis/report/examine";
import type { PodContainer } from "./container";
import { judgeBuild, judgeRuntimeClass } from "./before-start";
import { judgeCcgEvents } from "./ccg-events";
import { CORRECT_CREDSPEC, judgeJoined, judgePlugin } from "./password-source";
import { judgeEvents } from "../../../inside/pod-events";
import type { Surroundings } from "./read-pod";
import { decoded, domainOf, memberOf } from "../../../inside/names-in-credspec";
import { credspecSentence } from "../../../../rules/problem";

export interface BeforeExec {
  checks: CheckReport[];
  /** DNS name of the credential spec's domain. Undefined if exec makes no sense. */
  domain: string | undefined;
}

export function lookBefore(container: PodContainer, surroundings: Surroundings): BeforeExec {
  const { node } = surroundings;
  const value = decoded(container.contents);
  const domain = domainOf(value);
  const isRunning = container.state === "running";
  const checks = [
    checkReport(
      { name: "reference", title: "A credential spec is named, and its contents are filled in" },
      [reference(container)],
    ),
    checkReport({ name: "credspec", title: "Windows can use it" }, contents(value, domain)),
    checkReport({ name: "node", title: "The Pod is on a Windows node" }, [onWindows(node)]),
    checkReport(
      { name: "container", title: "The container runs, and is not a HostProcess container" },
      atWork(container),
    ),
    ...(isRunning ? [] : whyNotRunning(container, surroundings)),
    ...(domain === undefined ? [] : passwordSource(value, domain, surroundings)),
  ].filter(({ name }) => name !== "credspec" || container.contents !== "");
  return { checks, domain: isRunning && !container.hostProcess ? domain : undefined };
}

/** For a container that does not run. */
function whyNotRunning(
  { image }: PodContainer,
  { events, runtimeClass, ...of }: Surroundings,
): CheckReport[] {
  const build = judgeBuild(image, of);
  return [
    checkReport({ name: "events", title: "Why it does not run" }, judgeEvents(events)),
    ...(build === undefined
      ? []
      : [checkReport({ name: "image", title: "The image is of the node's build" }, [build])]),
    ...(runtimeClass === undefined
      ? []
      : [
          checkReport({ name: "runtime-class", title: "The RuntimeClass is of Windows" }, [
            judgeRuntimeClass(runtimeClass),
          ]),
        ]),
  ];
}

/** The source of the account's password, and its state. */
function passwordSource(
  credspec: unknown,
  domain: string,
  { node, report }: Surroundings,
): CheckReport[] {
  if (node?.known === true && !isWindows(node.value)) return [];
  const host = memberOf(memberOf(credspec, "ActiveDirectoryConfig"), "HostAccountConfig");
  const title = "Something gets the account's password";
  if (host === undefined) {
    return [checkReport({ name: "password", title }, [judgeJoined(domain, report)])];
  }
  const [pluginGuid, pluginInput] = [memberOf(host, "PluginGUID"), memberOf(host, "PluginInput")];
  // Values of another type are reported by the rules for credential specs.
  if (typeof pluginGuid !== "string" || typeof pluginInput !== "string") return [];
  return [
    checkReport({ name: "password", title }, judgePlugin({ pluginGuid, pluginInput }, report)),
    checkReport(
      { name: "ccg", title: "The node's Container Credential Guard has no errors" },
      judgeCcgEvents(pluginGuid, report),
    ),
  ];
}

function reference({ text, credspecName, contents: filledIn, from }: PodContainer): Observed {
  if (from === undefined) {
    return fail(
      `${text} does not use GMSA`,
      "Name a credential spec in securityContext.windowsOptions.gmsaCredentialSpecName of the Pod or of this container.",
    );
  }
  const where = from.kind === "pod" ? "the Pod" : text;
  if (filledIn === "") {
    return fail(
      `${where} names ${credspecName}, but its contents are not filled in`,
      "The mutating webhook did not see the Pod when it was created. Run `gmsa doctor`, then recreate the Pod.",
    );
  }
  return credspecName === ""
    ? warn(
        `${where} holds contents, but does not name a credential spec`,
        "It was not checked at admission. Name the credential spec in the Pod's workload, then recreate the Pod.",
      )
    : pass(`${where} names ${credspecName}, and its contents are filled in`);
}

function contents(value: unknown, domain: string | undefined): Observed[] {
  if (value === undefined) return [fail("gmsaCredentialSpec is not JSON", CORRECT_CREDSPEC)];
  const observed = checkCredspec(value).map(finding =>
    (finding.level === "error" ? fail : warn)(credspecSentence(finding), CORRECT_CREDSPEC),
  );
  if (domain === undefined && observed.every(({ level }) => level !== "fail")) {
    return [...observed, fail("DomainJoinConfig.DnsName is not a DNS name", CORRECT_CREDSPEC)];
  }
  return observed.length > 0 ? observed : [pass("Windows can use the credential spec")];
}

function onWindows(node: Lookup<V1Node> | undefined): Observed {
  if (node === undefined) {
    return fail("the Pod is not on a node", "Run `kubectl describe pod` to see the reason.");
  }
  if (!node.known) return { level: "unknown", message: node.why };
  return isWindows(node.value)
    ? pass(`${nameOf(node.value)} runs Windows`)
    : warn(
        `${nameOf(node.value)} does not run Windows, so GMSA has no effect there`,
        "Select Windows nodes in the Pod's workload: nodeSelector kubernetes.io/os: windows.",
      );
}

function atWork({ text, state, hostProcess }: PodContainer): Observed[] {
  const observed: Observed[] = [];
  if (state !== "running") {
    observed.push(
      fail(
        `${text} does not run (${state})`,
        "Run `kubectl describe pod` and `kubectl logs` to see the reason. A credential spec that Windows rejects keeps a container from starting.",
      ),
    );
  }
  if (hostProcess) {
    observed.push(
      fail(
        `${text} is a HostProcess container: it has the identity of the node, so GMSA has no effect`,
        "Remove hostProcess from windowsOptions, or use an account of the node.",
      ),
    );
  }
  return observed.length > 0 ? observed : [pass(`${text} runs`)];
}
