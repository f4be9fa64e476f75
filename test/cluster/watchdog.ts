import { spawn, type ChildProcess } from "node:child_process";
import type { Writable } from "node:stream";

/**
 * Ends what this process leaves behind. A shell in a session of its own reads from a pipe which
 * process groups and folders are ours; the pipe closes when this process ends, however it ends
 * (Ctrl-C, an uncaught error, SIGKILL), and the shell then kills and removes what is still listed.
 * Groups are registered by the id of a child we started, and taken off the list when it is gone.
 */
const script = `
trap '' INT TERM HUP
IFS='
'
groups=; dirs=
without() { for x in $1; do [ "$x" = "$2" ] || printf '%s\\n' "$x"; done; }
while read -r line; do
  item=\${line#* }
  case $line in
    '+group '*) groups="$groups
$item" ;;
    '-group '*) groups=$(without "$groups" "$item") ;;
    '+dir '*) dirs="$dirs
$item" ;;
    '-dir '*) dirs=$(without "$dirs" "$item") ;;
  esac
done
for g in $groups; do kill -s KILL -- "-$g" 2>/dev/null; done
# A killed process may still be writing its last file.
[ -z "$dirs" ] || sleep 0.3
for d in $dirs; do rm -rf -- "$d"; done
`;

let shell: (ChildProcess & { stdin: Writable }) | undefined;
const listed = new Set<string>();

function startShell(): ChildProcess & { stdin: Writable } {
  const child = spawn("/bin/sh", ["-c", script], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
    cwd: "/",
    env: { PATH: process.env.PATH },
  });
  child.on("error", () => undefined);
  child.stdin.on("error", () => undefined);
  child.unref();
  (child.stdin as Writable & { unref?: () => void }).unref?.();
  return child;
}

function add(item: string): void {
  listed.add(item);
  shell ??= startShell();
  shell.stdin.write(`+${item}\n`);
}

function remove(item: string): void {
  if (!listed.delete(item) || !shell) return;
  shell.stdin.write(`-${item}\n`);
  if (listed.size > 0) return;
  shell.stdin.end();
  shell = undefined;
}

/** Has the process group `id` killed should this process end before `forgetGroup`. */
export function watchGroup(id: number): void {
  add(`group ${id}`);
}

/** The process group `id` is gone. */
export function forgetGroup(id: number): void {
  remove(`group ${id}`);
}

/** Has the folder `path` removed should this process end before `forgetDir`. */
export function watchDir(path: string): void {
  add(`dir ${path}`);
}

/** The folder `path` is removed, or is to be kept. */
export function forgetDir(path: string): void {
  remove(`dir ${path}`);
}
