/** On Secret pepr-gmsa-tls: the certificate controller created the pair and may replace it. */
export const MADE_BY = "gmsa.pepr.dev/made-by";

/** On Secret pepr-gmsa-tls: requests one rotation now, unless RENEWED answers the value. */
export const RENEW = "gmsa.pepr.dev/renew";

/**
 * On Secret pepr-gmsa-tls: the last value of RENEW for which a rotation was made, in the form of
 * `answerTo`.
 */
export const RENEWED = "gmsa.pepr.dev/renewed";

/** On Secret pepr-gmsa-tls: the times at which pairs were stored during the last hour. */
export const ROTATIONS = "gmsa.pepr.dev/rotations";

/** On a Secret: the name of the Certificate with which cert-manager fills it in. */
export const CERT_MANAGER_NAME = "cert-manager.io/certificate-name";

/** On a webhook configuration: cert-manager fills in the caBundle. */
export const INJECTED = "cert-manager.io/inject-ca-from";

/**
 * On Secret pepr-gmsa-api-path: since when the path has been in use. On this Secret, RENEW and RENEWED
 * request a new path.
 */
export const PATH_SINCE = "gmsa.pepr.dev/path-since";
