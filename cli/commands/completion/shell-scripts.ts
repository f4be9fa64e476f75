/**
 * The scripts with which shells complete `gmsa`. Each passes the words up to the cursor, and receives
 * candidates in the format of protocol.ts. No script evaluates any part of the command line.
 */
import bash from "./scripts/gmsa.bash";
import fish from "./scripts/gmsa.fish";
import powershell from "./scripts/gmsa.ps1";
import zsh from "./scripts/gmsa.zsh";

export const SCRIPTS = { bash, zsh, fish, powershell } as const;
