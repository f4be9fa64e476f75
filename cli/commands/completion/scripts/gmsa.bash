# bash completion for gmsa: source <(gmsa completion bash)
# Bash splits words at =, and completes the part after it. Works with bash 3.2, the version of macOS.
_gmsa() {
  local cur=${COMP_WORDS[COMP_CWORD]} before= word line directive=0
  local words=()
  for word in "${COMP_WORDS[@]:1:COMP_CWORD}"; do
    if [[ ( $word == = || $before == = ) && ${#words[@]} -gt 0 ]]; then
      words[${#words[@]}-1]+=$word
    else
      words+=("$word")
    fi
    before=$word
  done
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :[0-9]*) directive=${line#:} ;;
      ?*) COMPREPLY+=("${line%%$'\t'*}") ;;
    esac
  done < <(gmsa complete -- "${words[@]}" 2>/dev/null)
  if (( directive & 4 )) && type compopt >/dev/null 2>&1; then
    compopt +o default
  fi
}
complete -o default -F _gmsa gmsa
