// Preloaded into the controller: writes a CPU profile of the process when it ends. Node's own
// --cpu-prof is not allowed in NODE_OPTIONS. Pepr's module exits by itself on SIGTERM; the
// launcher before it does not, and leaves no profile.
"use strict";
const { mkdirSync, writeFileSync } = require("node:fs");
const { Session } = require("node:inspector");
const { join } = require("node:path");

const folder = process.env.GMSA_BENCH_PROFILES;
const session = new Session();
session.connect();
session.post("Profiler.enable");
session.post("Profiler.start");
process.once("exit", () => {
  // A session of the process itself answers before post returns.
  session.post("Profiler.stop", (error, result) => {
    if (error) return;
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, `controller-${process.pid}.cpuprofile`),
      JSON.stringify(result.profile),
    );
  });
});
