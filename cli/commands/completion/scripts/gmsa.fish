# fish completion for gmsa: gmsa completion fish | source
function __gmsa_complete
    set -l before (commandline -opc)[2..-1]
    set -l current (commandline -ct)
    set -l lines (gmsa complete -- $before "$current" 2>/dev/null)
    test (count $lines) -gt 0; or return
    set -l directive (string sub -s 2 -- $lines[-1])
    set -e lines[-1]
    # The candidates replace the whole word, as fish splits words.
    set -l prefix (string match -r -- '^--[^=]*=' $current; or echo '')
    if test (count $lines) -eq 0; and test (math "floor($directive / 4) % 2") -eq 0
        set lines (__fish_complete_path (string replace -r -- '^--[^=]*=' '' $current))
    end
    test (count $lines) -gt 0; and printf '%s\n' $prefix$lines
end
complete -c gmsa -e
complete -c gmsa -f -a '(__gmsa_complete)'
