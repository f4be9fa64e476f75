{{- /* The image of all containers. */ -}}
{{- define "gmsa.image" -}}
{{- with .Values.image -}}
{{ .repository }}{{ if .tag }}:{{ .tag }}{{ end }}{{ if .digest }}@{{ .digest }}{{ end }}
{{- end -}}
{{- end -}}

{{- /* Merges maps into an object's own map, which takes precedence: (list json map...). Returns JSON. */ -}}
{{- define "gmsa.merged" -}}
{{- $merged := fromJson (first .) -}}
{{- range rest . }}{{ $merged = merge $merged . }}{{ end -}}
{{- toJson $merged -}}
{{- end -}}

{{- /* The Secret with the certificate. */ -}}
{{- define "gmsa.tlsSecret" -}}
{{- with .Values.certificates -}}
{{ ternary .secretName "pepr-gmsa-tls" (eq .source "secret") }}
{{- end -}}
{{- end -}}

{{- /* Turns a list of numbers into the ports of a NetworkPolicy, as JSON. */ -}}
{{- define "gmsa.ports" -}}
{{- $ports := list -}}
{{- range . }}{{ $ports = append $ports (dict "protocol" "TCP" "port" (int .)) }}{{ end -}}
{{- toJson $ports -}}
{{- end -}}

{{- /* An annotation with the objects that the values leave out: kinds, or single objects as kind/name. Returns JSON. */ -}}
{{- define "gmsa.omitted" -}}
{{- $kinds := list -}}
{{- if not .Values.networkPolicy.enabled }}{{ $kinds = append $kinds "NetworkPolicy" }}{{ end -}}
{{- if not .Values.podDisruptionBudget.enabled }}{{ $kinds = append $kinds "PodDisruptionBudget" }}{{ end -}}
{{- if not .Values.crds.install }}{{ $kinds = append $kinds "CustomResourceDefinition/gmsacredentialspecs.windows.k8s.io" }}{{ end -}}
{{- if not .Values.crds.peprStore }}{{ $kinds = append $kinds "CustomResourceDefinition/peprstores.pepr.dev" }}{{ end -}}
{{- if $kinds }}{{ dict "gmsa.pepr.dev/omitted-kinds" (join "," $kinds) | toJson }}{{ else }}{}{{ end -}}
{{- end -}}

{{- /* Rules of a webhook for a list of kinds, each written as RESOURCE.GROUP=KIND. Returns JSON. */ -}}
{{- define "gmsa.customRules" -}}
{{- $rules := list -}}
{{- range . -}}
{{- $name := splitList "." (first (splitList "=" .)) -}}
{{- $rules = append $rules (dict "apiGroups" (list (join "." (rest $name))) "apiVersions" (list "*") "operations" (list "CREATE" "UPDATE") "resources" (list (first $name)) "scope" "Namespaced") -}}
{{- end -}}
{{- toJson $rules -}}
{{- end -}}
