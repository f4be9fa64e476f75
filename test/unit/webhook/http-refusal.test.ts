import type { IncomingMessage } from "node:http";

import { ClientCertificates } from "../../../webhook/client-certificates";
import { refusalOf } from "../../../webhook/http-refusal";

/** The fields of a request that are read, over a connection with this certificate if given. */
function request(url: string, authorized = false, commonName = ""): IncomingMessage {
  const socket = { authorized, getPeerCertificate: () => ({ subject: { CN: commonName } }) };
  const headers = { "content-type": "application/json" };
  return { url, method: "POST", headers, socket } as unknown as IncomingMessage;
}

const paths = ["called", "previous"];

test("any path that is accepted is answered, and no other", () => {
  for (const path of paths) {
    expect(refusalOf(request(`/mutate/${path}`), { paths, clients: undefined })).toBeUndefined();
  }
  for (const path of ["", "call", "called2", "next"]) {
    const refusal = refusalOf(request(`/mutate/${path}`), { paths, clients: undefined });
    expect(refusal?.status).toBe(path === "" ? 404 : 401);
  }
});

test("without an accepted path, no caller is answered", () => {
  for (const path of ["called", "undefined"]) {
    expect(refusalOf(request(`/mutate/${path}`), { paths: [], clients: undefined })?.status).toBe(
      401,
    );
  }
});

describe("where client certificates are asked for", () => {
  const clients = ClientCertificates.from({ CLIENT_CERTIFICATE_NAMES: "kube-apiserver, other" });
  const status = (asked: IncomingMessage): number | undefined =>
    refusalOf(asked, { paths, clients })?.status;

  test("a caller needs one of the CA, for one of the names", () => {
    expect(status(request("/mutate/called"))).toBe(403);
    expect(status(request("/mutate/called", true, "kube-apiserver2"))).toBe(403);
    expect(status(request("/mutate/called", true, "other"))).toBeUndefined();
    expect(status(request("/mutate/called", false, "other"))).toBe(403);
  });

  test("a caller who does not know the path learns nothing about them", () => {
    expect(status(request("/mutate/guess", true, "other"))).toBe(401);
  });
});

test.each([{}, { CLIENT_CERTIFICATE_NAMES: "" }, { CLIENT_CERTIFICATE_NAMES: " , " }])(
  "with %j none are asked for",
  environment => {
    expect(ClientCertificates.from(environment)).toBeUndefined();
  },
);

test("a CA without a certificate is refused", () => {
  const clients = ClientCertificates.from({ CLIENT_CERTIFICATE_NAMES: "a" });
  expect(() => clients?.trust("no certificate")).toThrow("has no certificate in ca.crt");
});
