/**
 * A command that runs a script in Windows PowerShell, as a single encoded argument that needs no quotes.
 *
 * Windows limits a command line to 32,767 characters, and this encoding turns three characters of the script
 * into eight.
 */
export function powershellCommand(script: string): string[] {
  const encoded = Buffer.from(script, "utf16le").toString("base64");
  return ["powershell", "-NoProfile", "-NonInteractive", "-EncodedCommand", encoded];
}
