import { spawn, type ChildProcess } from "node:child_process";
import type { Writable } from "node:stream";

/**
 * Ends what this process leaves behind. A shell in a session of its own reads from a pipe which
 * process groups, cgroups and folders are ours; the pipe closes when this process ends, however it ends
 * (Ctrl-C, an uncaught error, SIGKILL), and the shell then kills and removes what is still listed.
 * Groups are registered by the id of a child we started, and taken off the list when it is gone.
 */
const script = `
trap '' INT TERM HUP
IFS='
'
groups=; cgroups=; dirs=
without() { for x in $1; do [ "$x" = "$2" ] || printf '%s\\n' "$x"; done; }
while read -r line; do
  item=\${line#* }
  case $line in
    '+group '*) groups="$groups
$item" ;;
    '-group '*) groups=$(without "$groups" "$item") ;;
    '+cgroup '*) cgroups="$cgroups
$item" ;;
    '-cgroup '*) cgroups=$(without "$cgroups" "$item") ;;
    '+dir '*) dirs="$dirs
$item" ;;
    '-dir '*) dirs=$(without "$dirs" "$item") ;;
  esac
done
for g in $groups; do kill -s KILL -- "-$g" 2>/dev/null; done
# A killed process may still be writing its last file, and a cgroup is busy until its last one ends.
for g in $groups; do
  for i in $(seq 50); do kill -s 0 -- "-$g" 2>/dev/null || break; sleep 0.1; done
done
for c in $cgroups; do
  for i in $(seq 100); do
    find "$c" -depth -type d -exec rmdir {} + 2>/dev/null
    [ -d "$c" ] || break
    sleep 0.1
  done
done
for d in $dirs; do
  for i in $(seq 20); do rm -rf -- "$d" 2>/dev/null && break; sleep 0.2; done
done
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

/** Has the cgroup at `path` removed with all below it should this process end before `forgetCgroup`. */
export function watchCgroup(path: string): void {
  add(`cgroup ${path}`);
}

/** The cgroup at `path` is removed. */
export function forgetCgroup(path: string): void {
  remove(`cgroup ${path}`);
}

/** Has the folder `path` removed should this process end before `forgetDir`. */
export function watchDir(path: string): void {
  add(`dir ${path}`);
}

/** The folder `path` is removed, or is to be kept. */
export function forgetDir(path: string): void {
  remove(`dir ${path}`);
}
