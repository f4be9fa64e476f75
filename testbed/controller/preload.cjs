"use strict";
/*
 * Redirects paths and the port of a container to a folder and an address of the test bed, for a
 * process that the bed starts in place of the kubelet. Environment variables:
 *
 * - GMSA_BED_ROOT: folder that stands in for the container's file system
 * - GMSA_BED_MOUNTS: JSON array of the absolute paths that are redirected to that folder
 * - GMSA_BED_LISTEN: "host:port" that replaces the Pod's port, 3000 or WEBHOOK_PORT; optional
 *
 * It is loaded through NODE_OPTIONS, so that it also applies to forked processes.
 *
 * On SIGUSR2 the process collects all garbage, and writes the bytes that are left into the file
 * "heap" of that folder.
 */
const childProcess = require("node:child_process");
const fs = require("node:fs");
const { syncBuiltinESMExports } = require("node:module");
const net = require("node:net");
const path = require("node:path");
const { setFlagsFromString } = require("node:v8");
const { runInNewContext } = require("node:vm");

const root = process.env.GMSA_BED_ROOT;
const mounts = JSON.parse(process.env.GMSA_BED_MOUNTS);
// Where controller.js unpacks the module to. The rest of /app is the image and is not redirected.
const unpacked = /^\/app\/module-[0-9a-f]+\.js$/;

function redirect(file) {
  if (typeof file !== "string") return file;
  const inside = mounts.some(mount => file === mount || file.startsWith(`${mount}/`));
  return inside || unpacked.test(file) ? path.join(root, file) : file;
}

// Functions whose first argument is a path; each also exists with "Sync" and as a promise.
const pathFunctions =
  "access appendFile chmod exists lstat mkdir open opendir readFile readdir readlink realpath rm rmdir " +
  "stat unlink utimes writeFile watch watchFile unwatchFile createReadStream createWriteStream";

function wrap(object, name) {
  const original = object[name];
  if (typeof original !== "function") return;
  const wrapped = (file, ...rest) => original.call(object, redirect(file), ...rest);
  // Some functions have properties: realpath.native, and the one that util.promisify reads.
  object[name] = Object.defineProperties(wrapped, Object.getOwnPropertyDescriptors(original));
}

for (const name of pathFunctions.split(" ")) {
  wrap(fs, name);
  wrap(fs, `${name}Sync`);
  wrap(fs.promises, name);
}

const { fork } = childProcess;
childProcess.fork = (file, ...rest) => fork(redirect(file), ...rest);

const address = process.env.GMSA_BED_LISTEN;
if (address) {
  const split = address.lastIndexOf(":");
  const target = { host: address.slice(0, split), port: Number(address.slice(split + 1)) };
  const { listen } = net.Server.prototype;
  const isPodsPort = port => [3000, Number(process.env.WEBHOOK_PORT)].includes(Number(port));
  net.Server.prototype.listen = function (first, ...rest) {
    if (isPodsPort(first)) {
      const callback = rest.find(argument => typeof argument === "function");
      return listen.call(this, target, ...(callback ? [callback] : []));
    }
    if (first !== null && typeof first === "object" && isPodsPort(first.port)) {
      return listen.call(this, { ...first, ...target }, ...rest);
    }
    return listen.call(this, first, ...rest);
  };
}

process.on("SIGUSR2", () => {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  const { heapUsed, external } = process.memoryUsage();
  const file = path.join(root, "heap");
  fs.writeFileSync(`${file}.new`, String(heapUsed + external));
  fs.renameSync(`${file}.new`, file);
});

// Lets `import { readFileSync } from "node:fs"` see these changes too.
syncBuiltinESMExports();
