/**
 * What PowerShell is asked inside of a container about a share and a SQL Server. It prints lines of our own,
 * with names of .NET and numbers, which are the same in every language of Windows.
 */

/** The first line of each answer, and its last one. */
export const FIRST_LINE = "gmsa-conformance 1";
export const LAST_LINE = "gmsa-conformance end";

const BEGIN = `
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
function Say([string]$line) { [Console]::Out.WriteLine($line) }
Say '${FIRST_LINE}'
`;

/** How many entries a share has; their names are not printed. Windows PowerShell 5.1. */
const SHARE = String.raw`
try {
    $entries = @([System.IO.Directory]::GetFileSystemEntries('SHARE'))
    Say "share=$($entries.Count)"
} catch {
    $cause = $_.Exception.GetBaseException()
    Say ('share-error={0}/0x{1:X8}' -f $cause.GetType().Name, $cause.HResult)
}
`;

/** As whom a SQL Server sees the container. Windows PowerShell 5.1. */
const SQL = String.raw`
try {
    Add-Type -AssemblyName System.Data
    $connection = New-Object -TypeName System.Data.SqlClient.SqlConnection -ArgumentList 'Data Source=SERVER;Integrated Security=SSPI;Connect Timeout=20'
    try {
        $connection.Open()
        $command = $connection.CreateCommand()
        $command.CommandText = 'SELECT SYSTEM_USER'
        Say "sql=$($command.ExecuteScalar())"
    } finally {
        $connection.Dispose()
    }
} catch {
    $cause = $_.Exception.GetBaseException()
    $number = 0
    if ($cause -is [System.Data.SqlClient.SqlException]) { $number = $cause.Number }
    Say "sql-error=$($cause.GetType().Name)/$number"
}
`;

const END = `Say '${LAST_LINE}'\n`;

/** A UNC path, as shareOf lets it through: nothing else may stand in the script. */
export function shareScript(path: string): string {
  return BEGIN + SHARE.replace("SHARE", () => path) + END;
}

/** @param server as sqlServerOf lets it through. */
export function sqlScript(server: string): string {
  return BEGIN + SQL.replace("SERVER", () => server) + END;
}

const PART = /^[A-Za-z0-9_][A-Za-z0-9._$ -]*$/;

/**
 * The UNC path that `//server/share/folder` or `\\server\share` names; undefined if it is not one, or has
 * other characters than letters, digits, spaces and `._$-`.
 */
export function shareOf(text: string): string | undefined {
  const [, rest] = /^[\\/]{2}([^\\/].*?)[\\/]?$/.exec(text) ?? [];
  const parts = rest?.split(/[\\/]/) ?? [];
  return parts.length >= 2 && parts.every(part => PART.test(part))
    ? `\\\\${parts.join("\\")}`
    : undefined;
}

/** A SQL Server as a connection string names it: `host`, `host,1433` or `host\INSTANCE`. */
export function sqlServerOf(text: string): string | undefined {
  return /^[A-Za-z0-9][A-Za-z0-9.-]*(?:\\[A-Za-z0-9_$]+)?(?:,\d{1,5})?$/.test(text)
    ? text
    : undefined;
}
