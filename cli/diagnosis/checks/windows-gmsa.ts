import type { AdmissionWebhooks, WebhookConfiguration } from "../../inspect/state";
import { check, unlessWrong, warn } from "../report/check";

/** kubernetes-sigs/windows-gmsa, which this replaces, is gone. */
export const windowsGmsa = check({
  name: "windows-gmsa",
  title: "no webhook of kubernetes-sigs/windows-gmsa is left",
  needs: ["mutating", "validating"],
  judge: state =>
    unlessWrong(
      oldConfigurations(state).map(({ kind, name, namespace }) =>
        warn(
          `${kind}/${name} of windows-gmsa is still there (service in namespace ${namespace}): every Pod waits for both`,
          "Finish the migration: steps 3 and 4 of docs/migration.md.",
        ),
      ),
      "no webhook of windows-gmsa is left",
    ),
});

/** What kubernetes-sigs/windows-gmsa calls its webhooks, however it was installed. */
const OLD_WEBHOOK = "admission-webhook.windows-gmsa.sigs.k8s.io";

/** A webhook configuration of kubernetes-sigs/windows-gmsa. */
export interface OldConfiguration {
  kind: "MutatingWebhookConfiguration" | "ValidatingWebhookConfiguration";
  name: string;
  /** Where its Deployment and Service are. */
  namespace: string;
}

/** Those that are installed; the names of their objects are whatever the installer chose. */
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
    const webhook = webhooks?.find(({ name }) => name === OLD_WEBHOOK);
    const namespace = webhook?.clientConfig.service?.namespace ?? "";
    return webhook === undefined ? [] : [{ kind, name: metadata?.name ?? "", namespace }];
  };
}
