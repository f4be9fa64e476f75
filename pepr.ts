/**
 * The entry point of one bundle with three programs: the webhook, which Pepr serves; the
 * certificate controller, which has its own rights and never sees a Pod; and the canary, which tests
 * whether GMSA is checked. Each program loads only the modules that it needs.
 */
if (process.env.PEPR_MODE === "build") {
  // Pepr runs the module at build time to collect its bindings. This branch must not contact a cluster,
  // start timers or open handles.
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
