import { Command, Argument } from "commander";

import type { Terminal } from "../../terminal/terminal";

/** Shells with completion for `gmsa`. shell-scripts.ts has the script of each. */
const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;

const HELP = `
Examples:
  # In this shell
  source <(gmsa completion bash)

  # In every shell
  gmsa completion bash > ~/.local/share/bash-completion/completions/gmsa
  gmsa completion zsh > "\${fpath[1]}/_gmsa"
  gmsa completion fish > ~/.config/fish/completions/gmsa.fish
  gmsa completion powershell | Out-String | Invoke-Expression    # in $PROFILE

kubectl completes "kubectl gmsa" by itself, from version 1.26 on, if kubectl_complete-gmsa is in
PATH beside kubectl-gmsa, where npm installs it. Names of credential specs, namespaces, service accounts and
Pods are those of the cluster, and contexts those of the kubeconfig.`;

/** Adds `gmsa completion`, and the hidden `gmsa complete` that its scripts run. */
export function addCompletion(program: Command, terminal: Terminal): void {
  program
    .command("completion")
    .description("print a completion script for a shell")
    .addArgument(new Argument("<shell>", "the shell").choices(SHELLS))
    .addHelpText("after", HELP)
    .action(async (shell: (typeof SHELLS)[number]) => {
      const { SCRIPTS } = await import("./shell-scripts");
      terminal.print(SCRIPTS[shell].trimEnd());
    });
  program
    .command("complete", { hidden: true })
    .description(
      "print completions of the last word, in the form that kubectl asks its plugins for",
    )
    .argument("[words...]", "the command line up to the cursor, without the program's name")
    .option("--current <word>", "the word at the cursor, if it is not the last of the words")
    .action(async (words: string[], { current }: { current?: string }) => {
      const { candidateLines, candidatesFor } = await import("./protocol");
      const line = current === undefined ? words : [...words, current];
      const candidates = await candidatesFor(program, line, async (what, position) => {
        const { clusterNames } = await import("./cluster-names");
        return clusterNames(what, position);
      });
      terminal.print(candidateLines(candidates));
    });
}
