/** All facts in a message about a failed call; canary.yaml has the reasons. */
import { failedCallIn } from "../../../../rules/canary/call-failure";

const POST = 'Post "https://pepr-gmsa.pepr-system.svc:443/validate/s3cret?timeout=10s": ';

test.each([
  [
    "dial tcp 10.96.1.2:443: connect: connection refused",
    "connection refused",
    { address: "10.96.1.2:443" },
  ],
  ["proxyconnect tcp: dial tcp 10.0.0.1:3128: connect: connection refused", "tunnel", {}],
  ["dial tcp: lookup pepr-gmsa.pepr-system.svc: no such host", "no such host", {}],
  [
    "tls: failed to verify certificate: x509: certificate is valid for a.example, b.example, not pepr-gmsa.pepr-system.svc",
    "other names",
    { names: "a.example, b.example" },
  ],
  [
    "x509: certificate is not valid for any names, but wanted to match pepr-gmsa.pepr-system.svc",
    "other names",
    {},
  ],
  ["use of closed network connection", "connection closed", {}],
  ["http: server closed idle connection", "connection closed", {}],
  ["write tcp 10.0.0.1:5->10.0.0.2:3000: write: broken pipe", "connection closed", {}],
  ["read tcp 10.0.0.1:5->10.0.0.2:3000: read: connection reset by peer", "connection closed", {}],
  [
    "net/http: HTTP/1.x transport connection broken: malformed HTTP status code",
    "connection closed",
    {},
  ],
  ["write: software caused connection abort", "connection closed", {}],
  ["write: transport endpoint is not connected", "connection closed", {}],
  ["http2: client connection lost", "connection closed", {}],
  ["unexpected EOF", "connection closed", {}],
  [
    "dial tcp 10.96.1.2:443: connect: connection timed out",
    "time-out",
    { address: "10.96.1.2:443" },
  ],
  ["dial tcp 10.96.1.2:443: connect: host is down", "no route", { address: "10.96.1.2:443" }],
  ["dial tcp 10.96.1.2:443: connect: network is down", "no route", { address: "10.96.1.2:443" }],
  ["something else", "other", {}],
])("%s", (why, reason, facts) => {
  const message = `Internal error occurred: failed calling webhook "a.example": failed to call webhook: ${POST}${why}`;
  expect(failedCallIn(message)).toStrictEqual({
    webhook: "a.example",
    failure: { reason, why, ...facts },
  });
});

test.each([
  ["the server could not find the requested resource", "wrong path"],
  ["the server has asked for the client to provide credentials", "wrong path"],
  ["expected webhook response of another kind", "foreign answer"],
])("an answer: %s", (why, reason) => {
  expect(failedCallIn(`failed calling webhook "a.example": ${why}`)).toStrictEqual({
    webhook: "a.example",
    failure: { reason, why },
  });
});

test("another message is not about a call", () => {
  expect(failedCallIn("pods is forbidden")).toBeUndefined();
});
