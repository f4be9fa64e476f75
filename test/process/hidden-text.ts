import type { CompletePod } from "../../testbed/objects/pods";

/**
 * A copy of the Pod with texts that begin with "hidden" in every field that no sentence of a rule contains:
 * metadata, volumes, and the first container's image, command, environment and ports.
 */
export function withHiddenText(pod: CompletePod): CompletePod {
  const copy = structuredClone(pod);
  Object.assign(copy.metadata, {
    annotations: { "hidden-annotation": "hidden-annotation" },
    labels: { "hidden-label": "hidden-label" },
    finalizers: ["example.com/hidden"],
    managedFields: [{ manager: "hidden-manager", fieldsV1: { "f:hidden": {} } }],
  });
  Object.assign(copy.spec, {
    volumes: [{ name: "hidden-volume", secret: { secretName: "hidden-secret" } }],
    imagePullSecrets: [{ name: "hidden-pull-secret" }],
    hostAliases: [{ ip: "127.0.0.1", hostnames: ["hidden-alias"] }],
  });
  Object.assign(copy.spec.containers?.[0] ?? {}, {
    image: "hidden-image",
    command: ["hidden-command"],
    args: ["hidden-argument"],
    env: [{ name: "PASSWORD", value: "hidden-environment" }],
    envFrom: [{ secretRef: { name: "hidden-source" } }],
    lifecycle: { preStop: { exec: { command: ["hidden-hook"] } } },
    ports: [{ name: "hidden-port", containerPort: 80 }],
    volumeMounts: [{ name: "hidden-volume", mountPath: "/hidden" }],
  });
  return copy;
}
