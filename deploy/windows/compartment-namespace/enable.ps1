# Sets EnableCompartmentNamespace, so that containers can reach SMB shares by host name or FQDN, and keeps
# it set. Written for Windows PowerShell 5.1.
#
# Source: https://kubernetes.io/docs/tasks/configure-pod-container/configure-gmsa/#containerd
$ErrorActionPreference = 'Stop'
$key = 'HKLM:\SYSTEM\CurrentControlSet\Services\hns\State'
$name = 'EnableCompartmentNamespace'

while ($true) {
    if (-not (Test-Path -Path $key)) {
        New-Item -Path $key -Force | Out-Null
    }
    $value = (Get-ItemProperty -Path $key).$name
    if ($value -ne 1) {
        New-ItemProperty -Path $key -Name $name -PropertyType DWord -Value 1 -Force | Out-Null
        Write-Output "$name was '$value' and is 1 now. Running containers do not benefit: recreate their Pods."
    }
    elseif (-not $seen) {
        Write-Output "$name is already 1: nothing to do."
    }
    $seen = $true
    Start-Sleep -Seconds 3600
}
