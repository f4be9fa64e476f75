import { NAMESPACE } from "../../../kube/installation-names";
import { obstacleOf } from "../../../rules/canary/obstacle";
import type { Obstacle } from "../../../rules/canary/probe-answer";
import { oneLine, shortened } from "../../../rules/text";
import { needsRight } from "../../api/calls";
import type { NextPod } from "../../inspect/state";
import { APPLY, check, fail, skip, unlessWrong, unread, type Observed } from "../report/check";

/**
 * Finds causes that prevent only the next Pod, at a restart, a drain or a rollout: a quota, a LimitRange, Pod
 * Security, or third-party webhooks and policies. The existing Pods keep running.
 */
export const nextPods = check({
  name: "next-pods",
  title: "the API server would admit the next Pods of the installation: they are sent as a dry run",
  needs: ["controller", "keeper", "nextPods"],
  judge: ({ nextPods: tried }) =>
    tried.length === 0
      ? [skip("the installation does not have a Deployment")]
      : unlessWrong(
          tried.flatMap(observe),
          `the API server would admit the next Pods of ${tried.map(({ deployment }) => `Deployment/${deployment}`).join(" and ")}`,
        ),
});

function observe({ answer, ...of }: NextPod): Observed[] {
  switch (answer.outcome) {
    case "admitted":
      return [];
    case "failed":
      return [unread({ why: answer.why, isForbidden: false })];
    case "refused":
      return [ofRefusal(of, answer.message)];
  }
}

function ofRefusal(of: Omit<NextPod, "answer">, message: string): Observed {
  const { reason, who } = obstacleOf(message);
  const isUnknown = `unknown whether the next Pod of Deployment/${of.deployment} would be admitted`;
  if (reason === "no right") return unread(needsRight(`create pods in namespace ${NAMESPACE}`));
  if (reason === "no dry run") {
    return unread({
      why: `${isUnknown}: webhook ${who} does not accept dry runs`,
      isForbidden: false,
    });
  }
  if (reason === "quota" && (of.takesPlace || message.includes("status unknown"))) {
    const why = of.takesPlace ? "while the present one runs, a quota is full" : "a quota is new";
    return unread({ why: `${isUnknown}: ${why} (${who})`, isForbidden: false });
  }
  return fail(
    `Deployment/${of.deployment}: the API server refuses its next Pod, as after a restart or a drain: ${reasonIn(message)}`,
    REMEDIES[reason]?.(who) ?? "Correct what the API server reports.",
  );
}

const EXEMPT = `Exempt namespace ${NAMESPACE} there.`;

const REMEDIES: Partial<Record<Obstacle, (who: string) => string>> = {
  quota: who => `Raise or delete ResourceQuota ${who} of namespace ${NAMESPACE}.`,
  "limit range": () =>
    `Run \`kubectl -n ${NAMESPACE} get limitranges -o yaml\`, and change or delete the one with that limit.`,
  "pod security": who =>
    `The level is ${who}: change the label \`pod-security.kubernetes.io/enforce\` of namespace ${NAMESPACE}, or the Pod template.`,
  webhook: who => `The webhook ${who} refuses it. ${EXEMPT}`,
  "webhook unreachable": who =>
    `Repair the webhook ${who}, or exempt namespace ${NAMESPACE} there.`,
  policy: who => `The ValidatingAdmissionPolicy ${who} refuses it. ${EXEMPT}`,
  "no service account": () => APPLY,
  "namespace ends": () =>
    `A deletion cannot be undone. Once the namespace is gone, apply the installation again (\`gmsa explain install\`).`,
};

/** The API server's reason without the generated name, on one line of at most 300 characters. */
function reasonIn(message: string): string {
  const reason = message.replace(/^pods "[^"]*" is forbidden: /, "");
  return shortened(oneLine(reason).replace(/\.$/, ""), 300);
}
