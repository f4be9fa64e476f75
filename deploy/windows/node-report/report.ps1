# Prints facts that only the node itself can see, as a line of JSON every five minutes. `gmsa doctor` and
# `gmsa doctor pod` read the last line from the log of the Pod. It changes nothing. Written for Windows
# PowerShell 5.1.
$ErrorActionPreference = 'Stop'
$windows = 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion'
$hns = 'HKLM:\SYSTEM\CurrentControlSet\Services\hns\State'
$classes = 'HKLM:\SYSTEM\CurrentControlSet\Control\CCG\COMClasses'
$ccgLog = 'Microsoft-Windows-Containers-CCG/Admin'
$guid = '^\{[0-9A-Fa-f-]{36}\}$'

while ($true) {
    $version = Get-ItemProperty -Path $windows
    $build = '{0}.{1}.{2}.{3}' -f $version.CurrentMajorVersionNumber, $version.CurrentMinorVersionNumber, $version.CurrentBuildNumber, $version.UBR

    $compartments = 'disabled'
    if ((Test-Path -Path $hns) -and ((Get-ItemProperty -Path $hns).EnableCompartmentNamespace -eq 1)) {
        $compartments = 'enabled'
    }

    $computer = Get-CimInstance -ClassName Win32_ComputerSystem

    $plugins = @()
    if (Test-Path -Path $classes) {
        $plugins = @(Get-ChildItem -Path $classes | ForEach-Object { $_.PSChildName })
    }

    # Only numbers, times and class IDs, because the texts are in the node's language. null if the log
    # does not exist.
    $events = $null
    try {
        $recent = @{ LogName = $ccgLog; StartTime = (Get-Date).AddDays(-1) }
        $events = @(Get-WinEvent -FilterHashtable $recent -MaxEvents 20 | ForEach-Object {
            $plugin = @($_.Properties | ForEach-Object { [string]$_.Value } | Where-Object { $_ -match $guid })
            @{ id = $_.Id; time = $_.TimeCreated.ToUniversalTime().ToString('o'); plugin = [string]($plugin | Select-Object -First 1) }
        })
    } catch {
        if ($_.FullyQualifiedErrorId -like 'NoMatchingEventsFound*') { $events = @() }
    }

    $report = @{
        osBuild              = $build
        compartmentNamespace = $compartments
        domainJoined         = [bool]$computer.PartOfDomain
        domain               = [string]$computer.Domain
        plugins              = $plugins
        ccgEvents            = $events
    }
    Write-Output (ConvertTo-Json -InputObject $report -Compress -Depth 4)
    Start-Sleep -Seconds 300
}
