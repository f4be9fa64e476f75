import type { AdmissionWebhooks, WebhookConfiguration } from "../../inspect/state";
import type { Webhook } from "../../manifests/shipped";
import { check, pass, unlessWrong, warn } from "../report/check";

/**
 * Checks that kubernetes-sigs/windows-gmsa, which this project replaces, is removed or managed by the cluster
 * itself.
 */
export const windowsGmsa = check({
  name: "windows-gmsa",
  title: "no webhook of kubernetes-sigs/windows-gmsa remains",
  needs: ["mutating", "validating"],
  judge(state) {
    const all = oldConfigurations(state);
    const managed = all.filter(({ isManaged }) => isManaged);
    const left = all.filter(({ isManaged }) => !isManaged);
    if (left.length === 0 && managed.length > 0) {
      const names = managed.map(({ kind, name }) => `${kind}/${name}`).join(" and ");
      return [pass(`${names} of windows-gmsa, managed by AKS: leave it (\`gmsa explain aks\`)`)];
    }
    return unlessWrong(
      left.map(({ kind, name, namespace }) =>
        warn(
          `${kind}/${name} of windows-gmsa still exists (service in namespace ${namespace}): every Pod waits for both`,
          "Finish the migration: steps 3 and 4 of `gmsa explain migration`.",
        ),
      ),
      "no webhook of windows-gmsa remains",
    );
  },
});

/** A part of the names of its webhooks, and of the variants that distributions ship. */
const OLD = "windows-gmsa";
/** The name of the webhooks of kubernetes-sigs/windows-gmsa, regardless of how it was installed. */
const OLD_WEBHOOK = "admission-webhook.windows-gmsa.sigs.k8s.io";
/** The label of objects that a cluster's addon manager restores after each change. */
const ADDON_MANAGER = "addonmanager.kubernetes.io/mode";

/** A webhook configuration of kubernetes-sigs/windows-gmsa. */
export interface OldConfiguration {
  kind: "MutatingWebhookConfiguration" | "ValidatingWebhookConfiguration";
  name: string;
  /** The namespace of its Deployment and Service. */
  namespace: string;
  /**
   * Whether the cluster manages it, like an add-on of AKS. The cluster restores it if somebody removes it.
   */
  isManaged: boolean;
}

/** The installed configurations. The names of their objects depend on the installer. */
export function oldConfigurations({ mutating, validating }: AdmissionWebhooks): OldConfiguration[] {
  return [
    ...mutating.flatMap(oldOf("MutatingWebhookConfiguration")),
    ...validating.flatMap(oldOf("ValidatingWebhookConfiguration")),
  ];
}

function oldOf(
  kind: OldConfiguration["kind"],
): (configuration: WebhookConfiguration) => OldConfiguration[] {
  return ({ metadata, webhooks }) => {
    const { name = "", labels } = metadata ?? {};
    const webhook = webhooks?.find(each => isOld(each, name));
    if (webhook === undefined) return [];
    const namespace = webhook.clientConfig.service?.namespace ?? "";
    const isManaged = namespace === "kube-system" || labels?.[ADDON_MANAGER] !== undefined;
    return [{ kind, name, namespace, isManaged }];
  };
}

function isOld(webhook: Webhook, configuration: string): boolean {
  const { name, clientConfig, rules = [] } = webhook;
  if (name === OLD_WEBHOOK) return true;
  const names = [configuration, name, clientConfig.service?.name ?? ""];
  // A webhook for another purpose may have such a name as well.
  const isAboutPods = rules.some(({ resources = [] }) =>
    resources.some(resource => resource === "pods" || resource.startsWith("*")),
  );
  return isAboutPods && names.some(each => each.includes(OLD));
}
