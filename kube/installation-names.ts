/** The names of the objects in an installation. */
export const NAMESPACE = "pepr-system";

/** The name of the Service, of both webhook configurations and of the controller's Deployment. */
export const NAME = "pepr-gmsa";

/** The default, unless the user supplies a Secret with another name. */
export const TLS_SECRET = "pepr-gmsa-tls";

export const PATH_SECRET = "pepr-gmsa-api-path";

/**
 * The CA that a user has written, if the certificate controller is not allowed to make the API server
 * trust one.
 */
export const AUTHORITY_SECRET = "pepr-gmsa-authority";

export const KEEPER = "pepr-gmsa-certificates";

/** The Deployment and the service account of the optional canary. */
export const CANARY = "pepr-gmsa-canary";

/** The names under which the Service can be reached. API servers use the first one. */
export const DNS_NAMES = [
  `${NAME}.${NAMESPACE}.svc`,
  `${NAME}.${NAMESPACE}.svc.cluster.local`,
  `${NAME}.${NAMESPACE}`,
] as const;

/** The webhook of the component custom-kinds. */
export const WARNED_KINDS_WEBHOOK = "custom-kinds.pepr-gmsa.pepr.dev";

/** The webhooks of this project in each configuration. Others may have added more. */
export const WEBHOOK_NAMES: Readonly<Record<"mutate" | "validate", readonly string[]>> = {
  mutate: ["pepr-gmsa.pepr.dev"],
  validate: [
    "pepr-gmsa.pepr.dev",
    "credspecs.pepr-gmsa.pepr.dev",
    "workloads.pepr-gmsa.pepr.dev",
    WARNED_KINDS_WEBHOOK,
  ],
};
