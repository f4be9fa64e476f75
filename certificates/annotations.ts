/** The objects of the installation that certificates are about. */
export const NAMESPACE = "pepr-system";
/** Name of the Service, of both webhook configurations and of the controller's Deployment. */
export const NAME = "pepr-gmsa";
/** Unless another one is brought by the user, under a name of its own. */
export const TLS_SECRET = "pepr-gmsa-tls";
export const PATH_SECRET = "pepr-gmsa-api-path";

/** On Secret pepr-gmsa-tls: its pair is the keeper's, which may replace it. */
export const MADE_BY = "gmsa.pepr.dev/made-by";
export const KEEPER = "pepr-gmsa-certificates";
/** On Secret pepr-gmsa-tls: any value other than that of RENEWED asks for a rotation now. */
export const RENEW = "gmsa.pepr.dev/renew";
/** On Secret pepr-gmsa-tls: the last value of RENEW that was answered with a rotation. */
export const RENEWED = "gmsa.pepr.dev/renewed";
/** On a Secret: name of the Certificate by which cert-manager fills it. */
export const CERT_MANAGER_NAME = "cert-manager.io/certificate-name";
/** On a webhook configuration: cert-manager fills in the caBundle. */
export const INJECTED = "cert-manager.io/inject-ca-from";

/** The names under which the Service can be reached; API servers use the first. */
export const DNS_NAMES = [
  `${NAME}.${NAMESPACE}.svc`,
  `${NAME}.${NAMESPACE}.svc.cluster.local`,
  `${NAME}.${NAMESPACE}`,
] as const;
