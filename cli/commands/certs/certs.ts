import type { Command } from "commander";

import type { Terminal } from "../../terminal/terminal";
import { addRenew } from "./renew";
import { addStatus } from "./certs-status";
import { addTrust } from "./trust";
import { addUse } from "./use";

/** Adds `gmsa certs`. */
export function addCerts(program: Command, terminal: Terminal): void {
  const certs = program.command("certs").description("manage the webhook's serving certificate");
  addStatus(certs, terminal);
  addRenew(certs, terminal);
  addUse(certs, terminal);
  addTrust(certs, terminal);
}
