"use strict";
/*
 * Makes a container's world out of a folder, for a process that the test bed starts in place of
 * the kubelet. Given by environment:
 *   GMSA_BED_ROOT    folder that stands in for the container's file system
 *   GMSA_BED_MOUNTS  JSON array of the absolute paths that are looked up below that folder
 *   GMSA_BED_LISTEN  "host:port" that stands in for the Pod's port, 3000 or WEBHOOK_PORT; may be left out
 * Loaded by NODE_OPTIONS, so that forked processes get it too.
 */
const childProcess = require("node:child_process");
const fs = require("node:fs");
const { syncBuiltinESMExports } = require("node:module");
const net = require("node:net");
const path = require("node:path");

const root = process.env.GMSA_BED_ROOT;
const mounts = JSON.parse(process.env.GMSA_BED_MOUNTS);
// Where controller.js unpacks the module to. The rest of /app is the image and stays as it is.
const unpacked = /^\/app\/module-[0-9a-f]+\.js$/;

function redirect(file) {
  if (typeof file !== "string") return file;
  const inside = mounts.some(mount => file === mount || file.startsWith(`${mount}/`));
  return inside || unpacked.test(file) ? path.join(root, file) : file;
}

// Functions whose first argument is a path, each as itself, with "Sync", and as a promise.
const pathFunctions =
  "access appendFile chmod exists lstat mkdir open opendir readFile readdir readlink realpath rm rmdir " +
  "stat unlink utimes writeFile watch watchFile unwatchFile createReadStream createWriteStream";

function wrap(object, name) {
  const original = object[name];
  if (typeof original !== "function") return;
  const wrapped = (file, ...rest) => original.call(object, redirect(file), ...rest);
  // Some carry more than the call itself: realpath.native, and what util.promisify looks for.
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

// So that `import { readFileSync } from "node:fs"` sees the above as well.
syncBuiltinESMExports();
