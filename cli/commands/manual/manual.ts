import type { Command } from "commander";

import { version } from "../../../package.json";
import type { Terminal } from "../../terminal/terminal";

/** Adds the hidden `gmsa man`, which prints the man page. Releases include it as gmsa.1. */
export function addManual(program: Command, terminal: Terminal): void {
  program
    .command("man", { hidden: true })
    .description("print the man page: gmsa man > gmsa.1")
    .action(async () => {
      const { manualPage } = await import("./man-page");
      terminal.print(manualPage(program, version).trimEnd());
    });
}
