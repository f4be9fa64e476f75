/** Pure: the cases of a run, as data. */
import type { JsonObject } from "../../../rules/json-object";
import { isObject } from "../../../rules/object";
import type { Case, Copy, PlanOptions, Question, Step, WindowsVersion } from "./case-model";
import { runName } from "./case-model";
import { CONTAINER, INIT, plainPod, podWith, ephemeralContainer, EPHEMERAL } from "./run-pods";
import type { PodPlace } from "./run-pods";

/** The inputs of a case. */
interface Context {
  version: WindowsVersion;
  options: PlanOptions;
  /** The questions to each container that must log on. */
  questions: readonly Question[];
}

interface Definition {
  name: string;
  title: string;
  expected: string;
  steps: (context: Context, name: string) => Step[];
}

const LOGS_ON = "The Pod gets the contents of the credential spec, and the container logs on.";

const DEFINITIONS: readonly Definition[] = [
  {
    name: "pod-level",
    title: "The Pod names the credential spec",
    expected: LOGS_ON,
    steps: (context, name) => onePod(context, name, "pod"),
  },
  {
    name: "container-level",
    title: "A container names it",
    expected: LOGS_ON,
    steps: (context, name) => onePod(context, name, "container"),
  },
  {
    name: "init-container",
    title: "An init container names it",
    expected: "The Pod gets the contents, and the init container logs on.",
    steps: (context, name) => onePod(context, name, "init container"),
  },
  {
    name: "ephemeral-container",
    title: "An ephemeral container names it, in a running Pod without GMSA",
    expected: "The ephemeral container gets the contents, and logs on.",
    steps: addedContainer,
  },
  {
    name: "random-hostname",
    title: "The Pod asks for a random hostname",
    expected: "The Pod gets a random hostname, which is not the account's name, and logs on.",
    steps: randomHostname,
  },
  {
    name: "two-at-once",
    title: "Two Pods of one template at once",
    expected: "Both get the contents, and both log on at the same time.",
    steps: twoAtOnce,
  },
  {
    name: "container-restart",
    title: "The container ends, and its kubelet starts it again",
    expected: "The container logs on before and after the restart.",
    steps: containerRestart,
  },
  {
    name: "pod-replaced",
    title: "The Pod is deleted, and created again",
    expected: "The Pod that replaces it gets the contents, and logs on.",
    steps: podReplaced,
  },
  {
    name: "changed-credspec",
    title: "The credential spec changes (a copy)",
    expected:
      "A new Pod gets the new contents. The running Pod keeps its own. Both log on, because the account is the same.",
    steps: changedCredspec,
  },
  {
    name: "revoked-grant",
    title: "The grant is revoked (of a copy)",
    expected: "A new Pod is refused as not authorized. The running Pod still logs on.",
    steps: revokedGrant,
  },
];

/** The names of the cases of each version, in order. */
export const CASE_NAMES: readonly string[] = DEFINITIONS.map(({ name }) => name);

/** Every case, on every version that nodes offer. */
export function planOf(versions: readonly WindowsVersion[], options: PlanOptions): Case[] {
  return versions.flatMap(version => {
    const context = { version, options, questions: questionsIn(options) };
    return DEFINITIONS.map(({ name, title, expected, steps }) => ({
      id: `${version.name}/${name}`,
      windows: version.name,
      title,
      expected,
      steps: steps(context, name),
    }));
  });
}

function questionsIn({ share, sql }: PlanOptions): Question[] {
  return [
    "kerberos",
    "netlogon",
    ...(share === undefined ? [] : (["share"] as const)),
    ...(sql === undefined ? [] : (["sql"] as const)),
  ];
}

function nameIn({ version, options }: Context, ...of: string[]): string {
  return runName(options.run, version.name, ...of);
}

/** Creates one Pod that names the credential spec at the given place, and asks its container. */
function onePod(context: Context, name: string, place: PodPlace): Step[] {
  const { options, version, questions } = context;
  const pod = podWith({ name: nameIn(context, name), place, version, options });
  const container = place === "init container" ? INIT : CONTAINER;
  return [
    { do: "create", pods: [pod], contents: options.credspec },
    ...runningIn([pod], container),
    { do: "ask", pods: namesOf([pod]), container, questions },
  ];
}

function runningIn(pods: Parameters<typeof namesOf>[0], container: string, restarts = 0): Step[] {
  return [{ do: "start", pods: namesOf(pods), container, restarts }];
}

function namesOf(pods: readonly { metadata?: { name?: string } }[]): string[] {
  return pods.map(({ metadata }) => metadata?.name ?? "");
}

function addedContainer(context: Context, name: string): Step[] {
  const { options, version, questions } = context;
  const pod = plainPod({ name: nameIn(context, name), version, options });
  const [podName = ""] = namesOf([pod]);
  return [
    { do: "create", pods: [pod], contents: undefined },
    ...runningIn([pod], CONTAINER),
    {
      do: "add",
      pod: podName,
      container: ephemeralContainer(version, options),
      contents: options.credspec,
    },
    ...runningIn([pod], EPHEMERAL),
    { do: "ask", pods: [podName], container: EPHEMERAL, questions },
  ];
}

function randomHostname(context: Context, name: string): Step[] {
  const { options, version, questions } = context;
  const pod = podWith({
    ...{ name: nameIn(context, name), place: "pod", version, options },
    annotations: { "gmsa.pepr.dev/random-hostname": "true" },
  });
  return [
    { do: "create", pods: [pod], contents: options.credspec, isRandomHostname: true },
    ...runningIn([pod], CONTAINER),
    {
      do: "ask",
      pods: namesOf([pod]),
      container: CONTAINER,
      questions: ["hostname", ...questions],
    },
  ];
}

function twoAtOnce(context: Context, name: string): Step[] {
  const { options, version, questions } = context;
  const pods = ["1", "2"].map(each =>
    podWith({ name: nameIn(context, name, each), place: "pod", version, options }),
  );
  return [
    { do: "create", pods, contents: options.credspec },
    ...runningIn(pods, CONTAINER),
    { do: "ask", pods: namesOf(pods), container: CONTAINER, questions },
  ];
}

function containerRestart(context: Context, name: string): Step[] {
  const before = onePod(context, name, "pod");
  const pod = nameIn(context, name);
  return [
    ...before,
    { do: "end", pod, container: CONTAINER },
    { do: "start", pods: [pod], container: CONTAINER, restarts: 1 },
    { do: "ask", pods: [pod], container: CONTAINER, questions: context.questions },
  ];
}

function podReplaced(context: Context, name: string): Step[] {
  const { options, version } = context;
  const first = podWith({ name: nameIn(context, name, "1"), place: "pod", version, options });
  const [firstName = ""] = namesOf([first]);
  return [
    { do: "create", pods: [first], contents: options.credspec },
    ...runningIn([first], CONTAINER),
    { do: "delete", pod: firstName },
    ...onePod(context, `${name}-2`, "pod"),
  ];
}

function changedCredspec(context: Context, name: string): Step[] {
  const { options, questions } = context;
  const changed = sameAccountOtherContents(options.credspec);
  const { copy, before, after, start } = withOwnCopy(context, name);
  return [
    ...start,
    { do: "change", copy: copy.name, credspec: changed },
    { do: "create", pods: [after], contents: changed },
    { do: "keep", pod: nameIn(context, name, "before"), contents: options.credspec },
    ...runningIn([after], CONTAINER),
    { do: "ask", pods: namesOf([before, after]), container: CONTAINER, questions },
  ];
}

function revokedGrant(context: Context, name: string): Step[] {
  const { copy, before, after, start } = withOwnCopy(context, name);
  return [
    ...start,
    { do: "revoke", copy },
    { do: "be refused", pod: after },
    { do: "ask", pods: namesOf([before]), container: CONTAINER, questions: context.questions },
  ];
}

/** A copy of the credential spec with a grant, a Pod that runs with it, and a Pod for later. */
function withOwnCopy(
  context: Context,
  name: string,
): Record<"before" | "after", ReturnType<typeof podWith>> & { copy: Copy; start: Step[] } {
  const { options, version } = context;
  const copy = copyFor(context, name);
  const of = { ...options, credspecName: copy.name };
  const pod = (when: "before" | "after"): ReturnType<typeof podWith> =>
    podWith({ name: nameIn(context, name, when), place: "pod", version, options: of });
  const before = pod("before");
  const start: Step[] = [
    { do: "copy", copy },
    { do: "create", pods: [before], contents: options.credspec },
    ...runningIn([before], CONTAINER),
  ];
  return { copy, before, after: pod("after"), start };
}

function copyFor(context: Context, name: string): Copy {
  const { namespace, serviceAccount, credspec } = context.options;
  return { name: nameIn(context, name), namespace, serviceAccount, credspec };
}

/**
 * Changes the contents without changing the account. Windows reads the list of accounts as a set, so the
 * order is reversed. A list with one account gets it again, with the other name of the domain.
 */
export function sameAccountOtherContents(credspec: JsonObject): JsonObject {
  const config = (credspec.ActiveDirectoryConfig ?? {}) as JsonObject;
  const given = config.GroupManagedServiceAccounts;
  const accounts: unknown[] = Array.isArray(given) ? given : [];
  const turned = [...accounts].reverse();
  const isOther = JSON.stringify(turned) !== JSON.stringify(accounts);
  const changed = isOther ? turned : [...accounts, ...inOtherScope(accounts, credspec)];
  return {
    ...credspec,
    ActiveDirectoryConfig: { ...config, GroupManagedServiceAccounts: changed },
  };
}

function inOtherScope(accounts: readonly unknown[], credspec: JsonObject): object[] {
  const join = credspec.DomainJoinConfig as JsonObject | undefined;
  const [first] = accounts;
  if (!isObject(first)) return [];
  const { Scope: scope } = first as JsonObject;
  const other = [join?.DnsName, join?.NetBiosName].find(name => name !== scope);
  return [{ ...first, Scope: other ?? scope }];
}
