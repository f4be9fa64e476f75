/**
 * A command that runs a script in Windows PowerShell, in one word: no quotes are read on the way.
 *
 * Windows takes 32,767 characters for a command line, and this form needs eight for three of the script.
 */
export function powershellCommand(script: string): string[] {
  const encoded = Buffer.from(script, "utf16le").toString("base64");
  return ["powershell", "-NoProfile", "-NonInteractive", "-EncodedCommand", encoded];
}
