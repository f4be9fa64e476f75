# Reports what only the node itself can see, as a line of JSON every five minutes; `gmsa doctor` reads
# the last one from the log of the Pod. Changes nothing. Windows PowerShell 5.1.
$ErrorActionPreference = 'Stop'
$windows = 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion'
$hns = 'HKLM:\SYSTEM\CurrentControlSet\Services\hns\State'

while ($true) {
    $version = Get-ItemProperty -Path $windows
    $build = '{0}.{1}.{2}.{3}' -f $version.CurrentMajorVersionNumber, $version.CurrentMinorVersionNumber, $version.CurrentBuildNumber, $version.UBR

    $compartments = 'disabled'
    if ((Test-Path -Path $hns) -and ((Get-ItemProperty -Path $hns).EnableCompartmentNamespace -eq 1)) {
        $compartments = 'enabled'
    }

    $report = @{ osBuild = $build; compartmentNamespace = $compartments }
    Write-Output (ConvertTo-Json -InputObject $report -Compress)
    Start-Sleep -Seconds 300
}
