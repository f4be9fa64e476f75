/**
 * One bundle, three programs: the admission controller, which Pepr serves; the keeper of its
 * certificates, which has rights of its own and never meets a Pod; and the canary, which tries whether
 * GMSA is checked. Each loads only what it needs.
 */
if (process.env.PEPR_MODE === "build") {
  // Pepr runs the module to learn its bindings: no cluster, no timers, no handles.
  void import("./webhook/pepr-module").then(({ startPepr }) => {
    startPepr();
  });
} else if (process.env.GMSA_ROLE === "certificates") {
  void import("./certificates/keeper").then(({ keepCertificates }) => keepCertificates());
} else if (process.env.GMSA_ROLE === "canary") {
  void import("./canary/watch-admission").then(({ watchAdmission }) => watchAdmission());
} else {
  void import("./webhook/server").then(({ serveAdmission }) => serveAdmission());
}
