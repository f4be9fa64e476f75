import type { Command } from "commander";

import { version } from "../../../package.json";
import type { Terminal } from "../../terminal/terminal";

/** The hidden `gmsa man` prints the man page, which releases include as gmsa.1. */
export function addManual(program: Command, terminal: Terminal): void {
  program
    .command("man", { hidden: true })
    .description("print the man page: gmsa man > gmsa.1")
    .action(async () => {
      const { manualPage } = await import("./man-page");
      terminal.print(manualPage(program, version).trimEnd());
    });
}
