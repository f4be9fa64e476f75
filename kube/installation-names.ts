/** The objects of the installation that certificates are about. */
export const NAMESPACE = "pepr-system";

/** Name of the Service, of both webhook configurations and of the controller's Deployment. */
export const NAME = "pepr-gmsa";

/** Unless another one is brought by the user, under a name of its own. */
export const TLS_SECRET = "pepr-gmsa-tls";

export const PATH_SECRET = "pepr-gmsa-api-path";

/** The CA that a person has written, where the certificate controller may not write it itself. */
export const AUTHORITY_SECRET = "pepr-gmsa-authority";

export const KEEPER = "pepr-gmsa-certificates";

/** The Deployment and the service account of the optional canary. */
export const CANARY = "pepr-gmsa-canary";

/** The names under which the Service can be reached; API servers use the first. */
export const DNS_NAMES = [
  `${NAME}.${NAMESPACE}.svc`,
  `${NAME}.${NAMESPACE}.svc.cluster.local`,
  `${NAME}.${NAMESPACE}`,
] as const;

/** The webhook of the component custom-kinds. */
export const WARNED_KINDS_WEBHOOK = "custom-kinds.pepr-gmsa.pepr.dev";

/** The webhooks of each configuration; anything else in there is somebody else's. */
export const WEBHOOK_NAMES: Readonly<Record<"mutate" | "validate", readonly string[]>> = {
  mutate: ["pepr-gmsa.pepr.dev"],
  validate: [
    "pepr-gmsa.pepr.dev",
    "credspecs.pepr-gmsa.pepr.dev",
    "workloads.pepr-gmsa.pepr.dev",
    WARNED_KINDS_WEBHOOK,
  ],
};
