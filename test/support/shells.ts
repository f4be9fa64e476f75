/** Completes command lines in real shells, with the built `gmsa` in PATH. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { GMSA } from "./gmsa-program";

/** A folder with `gmsa` under all the names that npm gives it. */
export class InPath {
  readonly folder = mkdtempSync(join(tmpdir(), "gmsa-path-"));

  constructor() {
    for (const name of ["gmsa", "kubectl-gmsa", "kubectl_complete-gmsa"]) {
      symlinkSync(GMSA, join(this.folder, name));
    }
  }

  /** Runs a program with this folder in PATH. */
  run(
    program: string,
    args: readonly string[],
    options: { stdin?: string; cwd?: string; env?: NodeJS.ProcessEnv } = {},
  ): { status: number | null; stdout: string; stderr: string } {
    const { stdin: input = "", cwd, env = {} } = options;
    const path = [this.folder, process.env.PATH ?? ""].join(delimiter);
    return spawnSync(program, args, {
      encoding: "utf8",
      input,
      cwd,
      env: { ...process.env, PATH: path, ...env },
    });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Whether a shell is installed. */
export function hasShell(name: string): boolean {
  return spawnSync(name, ["--version"]).status === 0;
}

/** Prints bash's completions, as for Tab. Splits words as bash does. */
export const BASH = `
source <(gmsa completion bash)
compopt() { [[ $* == "+o default" ]] && files=no; }
while IFS= read -r line; do
  IFS=$'\\t' read -ra COMP_WORDS <<< "$line"
  [[ $line == *$'\\t' ]] && COMP_WORDS+=("")
  COMP_CWORD=$(( \${#COMP_WORDS[@]} - 1 )) files=yes
  _gmsa
  echo "\${COMPREPLY[*]}|$files"
done
`;

/** Prints fish's completions. */
export const FISH = `
gmsa completion fish | source
while read -l line
    echo (complete -C "$line" | string split -f 1 \\t)
end
`;

/** Prints the line in zsh after Tab on a terminal. */
export const ZSH = `
zmodload zsh/zpty
zpty -b shell 'TERM=dumb zsh -f -i'
until_seen() {
  local chunk seen=
  local -i waited=0
  while (( waited < 200 )) && [[ $seen != *$1* ]]; do
    if zpty -r -t shell chunk; then seen+=$chunk; else sleep 0.05; (( ++waited )); fi
  done
  REPLY=$seen
}
zpty -w shell 'unsetopt zle_bracketed_paste; autoload -Uz compinit; compinit -u -D'
zpty -w shell 'source <(gmsa completion zsh); PS1="" ; echo rea''dy'
until_seen ready
while IFS= read -r line; do
  expected=\${line#*$'\\t'}
  zpty -n -w shell "\${line%%$'\\t'*}"$'\\t'
  until_seen "$expected"
  if [[ $REPLY == *$expected* ]]; then echo ok; else echo "$REPLY"; fi
  zpty -n -w shell $'\\x15'
done
zpty -d shell
`;
