{{/* `helm upgrade --reuse-values` from an older chart brings that chart's values only. Every template starts with this, which
puts the defaults in for what is missing, at every depth. A port that null took out of service.ports stays out. */}}
{{- define "stalwart.init" -}}
{{- include "stalwart.complete" (list .Values (include "stalwart.defaults" . | fromJson)) -}}
{{- end -}}

{{- define "stalwart.complete" -}}
{{- $values := index . 0 -}}
{{- range $key, $default := index . 1 -}}
{{- $value := index $values $key -}}
{{- if kindIs "invalid" $value -}}
{{- if not (kindIs "invalid" $default) -}}
{{- $_ := set $values $key (deepCopy $default) -}}
{{- end -}}
{{- else if and (kindIs "map" $value) (kindIs "map" $default) (ne $key "ports") -}}
{{- include "stalwart.complete" (list $value $default) -}}
{{- end -}}
{{- end -}}
{{- end -}}
