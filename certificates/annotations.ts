/** On Secret pepr-gmsa-tls: its pair is the keeper's, which may replace it. */
export const MADE_BY = "gmsa.pepr.dev/made-by";

/** On Secret pepr-gmsa-tls: a value that RENEWED does not answer asks for one rotation now. */
export const RENEW = "gmsa.pepr.dev/renew";

/** On Secret pepr-gmsa-tls: the last value of RENEW that was answered with a rotation, as `answerTo` has it. */
export const RENEWED = "gmsa.pepr.dev/renewed";

/** On Secret pepr-gmsa-tls: when pairs were stored during the last hour. */
export const ROTATIONS = "gmsa.pepr.dev/rotations";

/** On a Secret: name of the Certificate by which cert-manager fills it. */
export const CERT_MANAGER_NAME = "cert-manager.io/certificate-name";

/** On a webhook configuration: cert-manager fills in the caBundle. */
export const INJECTED = "cert-manager.io/inject-ca-from";

/** On Secret pepr-gmsa-api-path, where RENEW and RENEWED are about the path: since when it is called. */
export const PATH_SINCE = "gmsa.pepr.dev/path-since";
