{{/* The seed page uses these without defining them. */}}
{{- define "stalwart.fullname" -}}
{{- .Release.Name -}}
{{- end -}}

{{- define "stalwart.labels" -}}
{{ include "stalwart.selectorLabels" . }}
{{- end -}}

{{- define "stalwart.selectorLabels" -}}
app.kubernetes.io/name: stalwart
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}
