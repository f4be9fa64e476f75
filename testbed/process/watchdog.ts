import { spawn, type ChildProcess } from "node:child_process";
import type { Writable } from "node:stream";

/**
 * Cleans up after this process. A shell in its own session reads from a pipe which process groups,
 * cgroups and folders belong to this process. The pipe closes when this process ends for any reason
 * (Ctrl-C, an uncaught error, SIGKILL); the shell then kills and removes everything that is still
 * listed. Groups are registered by the id of a child process, and removed from the list when they
 * have ended.
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

/** Lets the watchdog kill the process group `id` if this process ends before `forgetGroup`. */
export function watchGroup(id: number): void {
  add(`group ${id}`);
}

/** The process group `id` has ended. */
export function forgetGroup(id: number): void {
  remove(`group ${id}`);
}

/**
 * Lets the watchdog remove the cgroup at `path` and all below it if this process ends before
 * `forgetCgroup`.
 */
export function watchCgroup(path: string): void {
  add(`cgroup ${path}`);
}

/** The cgroup at `path` has been removed. */
export function forgetCgroup(path: string): void {
  remove(`cgroup ${path}`);
}

/** Lets the watchdog remove the folder `path` if this process ends before `forgetDir`. */
export function watchDir(path: string): void {
  add(`dir ${path}`);
}

/** The folder `path` has been removed, or should be kept. */
export function forgetDir(path: string): void {
  remove(`dir ${path}`);
}
