// Preloaded into the controller: SIGUSR2 starts a CPU profile, the next one ends it and writes it.
// Node's own --cpu-prof is not allowed in NODE_OPTIONS, and cannot leave out the start.
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
    // Whoever waits for the file finds all of it.
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
