/**
 * Who may call: where the flags of the API server are the user's, it can be given a client certificate
 * for webhooks. Then nobody else is answered, whatever path they know.
 */
import type { IncomingMessage, Server } from "node:http";
import { Server as HttpsServer } from "node:https";
import type { TLSSocket } from "node:tls";

import type { KeyPair } from "../pki/key-pair";
import { certificatesIn } from "../pki/trust-bundle";

/** The certificates that are accepted. */
export class ClientCertificates {
  /** PEM. */
  #ca = "";

  /** @param names one of them has to be the common name, or a DNS name, of whoever calls a webhook. */
  constructor(private readonly names: readonly string[]) {}

  /**
   * Reads CLIENT_CERTIFICATE_NAMES, names with commas between them.
   *
   * @returns undefined where there are none: no certificate is asked for.
   */
  static from(environment: NodeJS.ProcessEnv): ClientCertificates | undefined {
    const names = (environment.CLIENT_CERTIFICATE_NAMES ?? "").split(",").map(name => name.trim());
    const given = names.filter(name => name !== "");
    return given.length === 0 ? undefined : new ClientCertificates(given);
  }

  /**
   * Takes this CA, PEM.
   *
   * @returns whether it is another one than before.
   * @throws Error if there is no certificate in it.
   */
  trust(ca: string): boolean {
    if (certificatesIn(ca).length === 0) {
      throw new Error("Secret pepr-gmsa-client-ca has no certificate in ca.crt");
    }
    const isNew = ca !== this.#ca;
    this.#ca = ca;
    return isNew;
  }

  /** Has the server ask for certificates on connections made from now on. */
  askFor(server: Server | HttpsServer, { certificate, key }: KeyPair): void {
    if (!(server instanceof HttpsServer)) return;
    server.setSecureContext({ cert: certificate, key, ca: this.#ca });
    // Who has none is refused by an answer: the kubelet's probes have none.
    Object.assign(server, { requestCert: true, rejectUnauthorized: false });
  }

  /** Why this request is not answered, if it is not. */
  refusalOf({ socket }: IncomingMessage): string | undefined {
    const unknown = this.refusalOfUnknown(socket as TLSSocket);
    if (unknown !== undefined) return unknown;
    const { subject, subjectaltname = "" } = (socket as TLSSocket).getPeerCertificate();
    const dnsNames = subjectaltname.split(", ").flatMap(name => /^DNS:(.+)$/.exec(name)?.[1] ?? []);
    // One certificate may have several common names, whatever the type says.
    const names = [subject.CN, dnsNames].flat(2).filter(name => name !== undefined);
    if (names.some(name => this.names.includes(name))) return undefined;
    return `the client certificate is for ${names.join(", ")}, and must be for ${this.names.join(" or ")}`;
  }

  /** Why whoever sends this has no certificate of the CA, of any name; undefined if they have. */
  refusalOfUnknown(socket: TLSSocket): string | undefined {
    // Also on a connection that is older than the setting.
    if (socket.authorized) return undefined;
    return "a client certificate of the CA in Secret pepr-gmsa-client-ca is required";
  }
}
