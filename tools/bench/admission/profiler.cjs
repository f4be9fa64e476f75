// Preloaded into the controller: SIGUSR2 starts a CPU profile, and the next SIGUSR2 ends and writes
// it. Node.js does not allow --cpu-prof in NODE_OPTIONS, and that option cannot leave out the
// start.
"use strict";
const { renameSync, writeFileSync } = require("node:fs");
const { Session } = require("node:inspector");

const file = process.env.GMSA_BENCH_PROFILE;
let session;

function start() {
  session = new Session();
  session.connect();
  session.post("Profiler.enable");
  session.post("Profiler.start");
}

function stop() {
  session.post("Profiler.stop", (error, result) => {
    if (error) throw error;
    // Rename a complete file, so that a reader never sees part of it.
    writeFileSync(`${file}.part`, JSON.stringify(result.profile));
    renameSync(`${file}.part`, file);
  });
  session.disconnect();
  session = undefined;
}

process.on("SIGUSR2", () => {
  if (session === undefined) start();
  else stop();
});
