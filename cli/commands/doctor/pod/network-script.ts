/**
 * A PowerShell script that checks the network from a container. It prints lines of its own, with numbers and
 * names of .NET and DNS errors, which are the same in every language of Windows.
 */
import { powershellCommand } from "../../../inside/powershell";

/** The first and the last line of the answer. */
export const FIRST_LINE = "gmsa-network 1";
export const LAST_LINE = "gmsa-network end";

export const PORTS = [88, 389, 445, 464, 636] as const;

/** For Windows PowerShell 5.1. */
const SCRIPT = String.raw`
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
function Say([string]$line) { [Console]::Out.WriteLine($line) }
Say '${FIRST_LINE}'

$name = '_ldap._tcp.dc._msdcs.DOMAIN'
$controllers = @()
try {
    $records = @(Resolve-DnsName -Name $name -Type SRV -DnsOnly | Where-Object { $_.QueryType -eq 'SRV' })
    $controllers = @($records | Sort-Object -Property Priority | ForEach-Object { $_.NameTarget } | Select-Object -Unique)
    Say "srv=$($controllers.Count)"
} catch {
    Say "srv-error=$(($_.FullyQualifiedErrorId -split ',')[0])"
}
try {
    $null = Resolve-DnsName -Name $name -Type SRV -DnsOnly -TcpOnly
    Say 'dns-tcp=ok'
} catch {
    Say "dns-tcp-error=$(($_.FullyQualifiedErrorId -split ',')[0])"
}

$tries = @(foreach ($controller in ($controllers | Select-Object -First 3)) {
    foreach ($port in ${PORTS.join(", ")}) {
        $client = New-Object -TypeName System.Net.Sockets.TcpClient
        [pscustomobject]@{ Controller = $controller; Port = $port; Client = $client; Wait = $client.BeginConnect($controller, $port, $null, $null) }
    }
})
$watch = [System.Diagnostics.Stopwatch]::StartNew()
$withLdap = @()
foreach ($try in $tries) {
    $result = 'TimedOut'
    $left = [Math]::Max(0, 5000 - $watch.ElapsedMilliseconds)
    if ($try.Wait.AsyncWaitHandle.WaitOne([int]$left)) {
        try {
            $try.Client.EndConnect($try.Wait)
            $result = 'open'
            if ($try.Port -eq 389) { $withLdap += $try.Controller }
        } catch {
            $cause = $_.Exception.GetBaseException()
            $result = 'Failed'
            if ($cause -is [System.Net.Sockets.SocketException]) { $result = [string]$cause.SocketErrorCode }
        }
    }
    $try.Client.Close()
    Say "port=$($try.Controller)/$($try.Port)/$result"
}

foreach ($controller in ($withLdap | Select-Object -First 1)) {
    try {
        Add-Type -AssemblyName System.DirectoryServices.Protocols
        $ldap = New-Object -TypeName System.DirectoryServices.Protocols.LdapConnection -ArgumentList $controller
        $ldap.AuthType = 'Anonymous'
        $ldap.SessionOptions.ProtocolVersion = 3
        $ldap.Timeout = [TimeSpan]::FromSeconds(5)
        $base = [System.DirectoryServices.Protocols.SearchScope]::Base
        $request = New-Object -TypeName System.DirectoryServices.Protocols.SearchRequest -ArgumentList '', '(objectClass=*)', $base, 'currentTime'
        $time = [string]$ldap.SendRequest($request).Entries[0].Attributes['currentTime'][0]
        $culture = [System.Globalization.CultureInfo]::InvariantCulture
        $theirs = [DateTime]::ParseExact($time.Substring(0, 14), 'yyyyMMddHHmmss', $culture, 'AssumeUniversal, AdjustToUniversal')
        Say "skew=$([long][Math]::Round(($theirs - [DateTime]::UtcNow).TotalSeconds))"
    } catch {
        Say "skew-error=$($_.Exception.GetBaseException().GetType().Name)"
    }
}
Say '${LAST_LINE}'
`;

/** @param domain a host name: any other text would be unsafe in the script. */
export function networkScript(domain: string): string {
  return SCRIPT.replace("DOMAIN", domain.replace(/\.$/, ""));
}

/**
 * The script as a command.
 *
 * @param domain see networkScript.
 */
export function networkCommand(domain: string): string[] {
  return powershellCommand(networkScript(domain));
}
