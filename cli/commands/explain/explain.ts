import type { Command } from "commander";

import type { Terminal } from "../../terminal/terminal";

const HELP = `
Examples:
  # A finding of gmsa lint, or a check of gmsa doctor
  gmsa explain GMSA251

  # A page of the documentation
  gmsa explain rbac | less

  # The list of pages
  gmsa explain

The pages come with the program: neither a cluster nor the network is needed.

Exit codes: 0 done, 2 wrong usage.`;

/** Adds `gmsa explain`. */
export function addExplain(program: Command, terminal: Terminal): void {
  program
    .command("explain")
    .description("explain a code such as GMSA251, or print a page of the documentation")
    .argument("[code or page]", "a code, the name of a check, or a page such as rbac")
    .addHelpText("after", HELP)
    .action(async (what: string | undefined) => {
      const { explanationOf, listOfPages } = await import("./explanation");
      terminal.print(what === undefined ? listOfPages() : explanationOf(what));
    });
}
