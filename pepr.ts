/**
 * One bundle, two programs: the admission controller, which Pepr serves, and the keeper of its
 * certificates, which has rights of its own and never meets a Pod. Each loads only what it needs.
 */
if (process.env.PEPR_MODE === "build") {
  // Pepr runs the module to learn its bindings: no cluster, no timers, no handles.
  void import("./webhook/pepr-module").then(({ startPepr }) => {
    startPepr();
  });
} else if (process.env.GMSA_ROLE === "certificates") {
  void import("./certificates/keeper").then(({ keepCertificates }) => keepCertificates());
} else {
  void import("./webhook/server").then(({ serveAdmission }) => serveAdmission());
}
