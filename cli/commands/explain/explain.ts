import type { Command } from "commander";

import type { Terminal } from "../../terminal/terminal";

const HELP = `
Examples:
  # What a finding of gmsa lint, or a check of gmsa doctor, is about
  gmsa explain GMSA251

  # A page of the documentation
  gmsa explain rbac | less

  # Which pages there are
  gmsa explain

Nothing is asked of a cluster or the network: the pages come with the program.

Exit codes: 0 done, 2 wrong usage.`;

/** `gmsa explain` */
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
