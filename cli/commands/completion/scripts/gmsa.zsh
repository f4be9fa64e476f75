#compdef gmsa
# zsh completion for gmsa: source <(gmsa completion zsh), or a file _gmsa in fpath
_gmsa() {
  local line directive=0
  local -a values descriptions before
  (( CURRENT > 2 )) && before=("${(@Q)words[2,CURRENT-1]}")
  while IFS= read -r line; do
    case $line in
      :<->) directive=${line#:} ;;
      ?*) values+=("${line%%$'\t'*}"); descriptions+=("${line/$'\t'/  -- }") ;;
    esac
  done < <(gmsa complete -- "${before[@]}" "${(Q)PREFIX}" 2>/dev/null)
  [[ $PREFIX == --*=* ]] && compset -P 1 '*='
  if (( $#values )); then
    compadd -l -d descriptions -a values
  elif (( ! (directive & 4) )); then
    _files
  fi
}
if [[ $funcstack[1] == _gmsa ]]; then
  _gmsa "$@"
else
  compdef _gmsa gmsa
fi
