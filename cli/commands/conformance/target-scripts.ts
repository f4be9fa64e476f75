/**
 * PowerShell scripts that test a share and a SQL Server from a container. They print lines of their own, with
 * .NET names and numbers, which are the same in every language of Windows.
 */

/** The first and the last line of each answer. */
export const FIRST_LINE = "gmsa-conformance 1";
export const LAST_LINE = "gmsa-conformance end";

const BEGIN = `
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
function Say([string]$line) { [Console]::Out.WriteLine($line) }
Say '${FIRST_LINE}'
`;

/** Counts the entries of a share, and does not print their names. For Windows PowerShell 5.1. */
const SHARE = String.raw`
try {
    $entries = @([System.IO.Directory]::GetFileSystemEntries('SHARE'))
    Say "share=$($entries.Count)"
} catch {
    $cause = $_.Exception.GetBaseException()
    Say ('share-error={0}/0x{1:X8}' -f $cause.GetType().Name, $cause.HResult)
}
`;

/** Prints the login that a SQL Server sees. For Windows PowerShell 5.1. */
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

/** @param path a UNC path from shareOf: any other text would be unsafe in the script. */
export function shareScript(path: string): string {
  return BEGIN + SHARE.replace("SHARE", () => path) + END;
}

/** @param server from sqlServerOf. */
export function sqlScript(server: string): string {
  return BEGIN + SQL.replace("SERVER", () => server) + END;
}

const PART = /^[A-Za-z0-9_][A-Za-z0-9._$ -]*$/;

/**
 * Converts `//server/share/folder` or `\\server\share` to a UNC path. Undefined if it is not one, or has
 * characters other than letters, digits, spaces and `._$-`.
 */
export function shareOf(text: string): string | undefined {
  const [, rest] = /^[\\/]{2}([^\\/].*?)[\\/]?$/.exec(text) ?? [];
  const parts = rest?.split(/[\\/]/) ?? [];
  return parts.length >= 2 && parts.every(part => PART.test(part))
    ? `\\\\${parts.join("\\")}`
    : undefined;
}

/**
 * A SQL Server in the form of a connection string: `host`, `host,1433` or `host\INSTANCE`. Undefined for any
 * other text.
 */
export function sqlServerOf(text: string): string | undefined {
  return /^[A-Za-z0-9][A-Za-z0-9.-]*(?:\\[A-Za-z0-9_$]+)?(?:,\d{1,5})?$/.test(text)
    ? text
    : undefined;
}
