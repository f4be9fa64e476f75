/** Platforms by the names that Go, Kubernetes and krew use. */

/** The platform of this machine. */
export function thisPlatform(): { os: string; arch: string } {
  const os = process.platform === "win32" ? "windows" : process.platform;
  const arch = process.arch === "x64" ? "amd64" : process.arch;
  return { os, arch };
}

export function executableName(os: string): string {
  return os === "windows" ? "gmsa.exe" : "gmsa";
}
