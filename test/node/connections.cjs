"use strict";
/*
 * Listens for or opens connections in the network in which it is started:
 *
 *   connections.cjs listen '{"tcp": [443, 4000], "udp": [443]}'
 *   connections.cjs connect '[{"host": "198.18.0.2", "port": 443, "protocol": "tcp"}]'
 *
 * The first form exits and leaves a listener behind. The second prints a JSON array with one
 * boolean per connection: whether it was answered.
 */
const { fork } = require("node:child_process");
const dgram = require("node:dgram");
const { once } = require("node:events");
const net = require("node:net");

const TCP_TIMEOUT_MS = 5000;
const UDP_ROUNDS = 8;
const UDP_ROUND_MS = 200;

const [, , action, json] = process.argv;

function connectTcp({ host, port }) {
  return new Promise(resolve => {
    const socket = net.connect({ host, port, timeout: TCP_TIMEOUT_MS });
    const end = answered => {
      socket.destroy();
      resolve(answered);
    };
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
    socket.once("timeout", () => end(false));
  });
}

/** A datagram may be lost, and a "refused" may arrive for only one of several. */
async function connectUdp({ host, port }) {
  const socket = dgram.createSocket("udp4").on("error", () => undefined);
  let answered = false;
  socket.on("message", () => (answered = true));
  for (let round = 0; round < UDP_ROUNDS && !answered; round++) {
    socket.send("?", port, host);
    await new Promise(resolve => setTimeout(resolve, UDP_ROUND_MS));
  }
  socket.close();
  return answered;
}

async function listen({ tcp, udp }) {
  for (const port of tcp) {
    const server = net.createServer(socket => socket.on("error", () => undefined).end());
    await once(server.listen(port, "0.0.0.0"), "listening");
  }
  for (const port of udp) {
    const socket = dgram.createSocket("udp4");
    socket.on("message", (_, { address, port: to }) => socket.send("!", to, address));
    await once(socket.bind(port, "0.0.0.0"), "listening");
  }
  process.send("listening");
}

async function leaveListener() {
  const child = fork(__filename, ["be-listener", json], { detached: true, stdio: "ignore" });
  const [message] = await Promise.race([once(child, "message"), once(child, "exit")]);
  if (message !== "listening") throw new Error(`the listener ended with ${message}`);
  child.disconnect();
  child.unref();
}

async function connect(endpoints) {
  const answers = endpoints.map(endpoint =>
    endpoint.protocol === "udp" ? connectUdp(endpoint) : connectTcp(endpoint),
  );
  console.log(JSON.stringify(await Promise.all(answers)));
}

if (action === "listen") void leaveListener();
if (action === "be-listener") void listen(JSON.parse(json));
if (action === "connect") void connect(JSON.parse(json));
