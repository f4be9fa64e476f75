# PowerShell completion for gmsa: gmsa completion powershell | Out-String | Invoke-Expression
# Windows PowerShell leaves out empty arguments, so the word at the cursor is passed by name.
Register-ArgumentCompleter -Native -CommandName gmsa -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $before = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        ForEach-Object { "$_" })
    $prefix = if ($wordToComplete -match '^(--[^=]*=)') { $Matches[1] } else { '' }
    foreach ($line in @(gmsa complete "--current=$wordToComplete" -- @before 2>$null)) {
        if ($line -eq '' -or $line -match '^:\d+$') { continue }
        $value, $description = $line -split ([char]9), 2
        if (-not $description) { $description = $value }
        [System.Management.Automation.CompletionResult]::new(
            "$prefix$value", $value, 'ParameterValue', $description)
    }
}
