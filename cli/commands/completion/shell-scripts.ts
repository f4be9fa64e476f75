/**
 * What a shell runs to complete a command line of `gmsa`: each script hands over the words up to the
 * cursor and takes back the candidates, as protocol.ts writes them. Nothing of the line is evaluated.
 */
import bash from "./scripts/gmsa.bash";
import fish from "./scripts/gmsa.fish";
import powershell from "./scripts/gmsa.ps1";
import zsh from "./scripts/gmsa.zsh";

export const SCRIPTS = { bash, zsh, fish, powershell } as const;
