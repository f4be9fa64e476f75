/**
 * Restricts the callers of the webhooks. In clusters where users control the flags of the API server, it
 * can be given a client certificate for webhooks. Then callers without one are refused, even if they
 * know the path.
 */
import type { IncomingMessage, Server } from "node:http";
import { Server as HttpsServer } from "node:https";
import type { TLSSocket } from "node:tls";

import type { KeyPair } from "../pki/key-pair";
import { certificatesIn } from "../pki/trust-bundle";

/** The client certificates that are accepted. */
export class ClientCertificates {
  /** PEM. */
  #ca = "";

  /**
   * @param names the accepted names. One of them must be the common name or a DNS name in the caller's
   *   certificate.
   */
  constructor(private readonly names: readonly string[]) {}

  /**
   * Reads CLIENT_CERTIFICATE_NAMES, a list of names separated by commas.
   *
   * @returns undefined if the list is empty. Then client certificates are not requested.
   */
  static from(environment: NodeJS.ProcessEnv): ClientCertificates | undefined {
    const names = (environment.CLIENT_CERTIFICATE_NAMES ?? "").split(",").map(name => name.trim());
    const given = names.filter(name => name !== "");
    return given.length === 0 ? undefined : new ClientCertificates(given);
  }

  /**
   * Sets the CA, in PEM.
   *
   * @returns whether it differs from the previous one.
   * @throws Error if it does not contain a certificate.
   */
  trust(ca: string): boolean {
    if (certificatesIn(ca).length === 0) {
      throw new Error("Secret pepr-gmsa-client-ca has no certificate in ca.crt");
    }
    const isNew = ca !== this.#ca;
    this.#ca = ca;
    return isNew;
  }

  /** Makes the server request certificates on new connections. */
  askFor(server: Server | HttpsServer, { certificate, key }: KeyPair): void {
    if (!(server instanceof HttpsServer)) return;
    server.setSecureContext({ cert: certificate, key, ca: this.#ca });
    // Connections without a certificate are accepted, and refused by an HTTP response. The kubelet's
    // probes do not have one.
    Object.assign(server, { requestCert: true, rejectUnauthorized: false });
  }

  /** Returns why a request is refused; undefined if it is not. */
  refusalOf({ socket }: IncomingMessage): string | undefined {
    const unknown = this.refusalOfUnknown(socket as TLSSocket);
    if (unknown !== undefined) return unknown;
    const { subject, subjectaltname = "" } = (socket as TLSSocket).getPeerCertificate();
    const dnsNames = subjectaltname.split(", ").flatMap(name => /^DNS:(.+)$/.exec(name)?.[1] ?? []);
    // A certificate may have several common names, although the type does not allow for it.
    const names = [subject.CN, dnsNames].flat(2).filter(name => name !== undefined);
    if (names.some(name => this.names.includes(name))) return undefined;
    return `the client certificate is for ${names.join(", ")}, and must be for ${this.names.join(" or ")}`;
  }

  /**
   * Returns why a caller does not have a certificate of the CA, with any name; undefined if it has one.
   */
  refusalOfUnknown(socket: TLSSocket): string | undefined {
    // Also false on connections that were opened before certificates were requested.
    if (socket.authorized) return undefined;
    return "a client certificate of the CA in Secret pepr-gmsa-client-ca is required";
  }
}
