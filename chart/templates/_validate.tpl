{{/* Collects everything that is wrong with the values, so that one run shows all of it. */}}
{{- define "stalwart.validate" -}}
{{- $errors := list -}}
{{- if and .Values.persistence.enabled (gt (int .Values.replicaCount) 1) -}}
{{- $errors = append $errors (printf "replicaCount: %d servers would share one volume, but one process owns the files of the data store; set replicaCount to 1" (int .Values.replicaCount)) -}}
{{- end -}}

{{- $known := list -}}
{{- range include "stalwart.listeners" . | fromYamlArray -}}
{{- $known = append $known .name -}}
{{- end -}}
{{- range $field := list "ports" "nodePorts" -}}
{{- range $name := index $.Values.service $field | default dict | keys | sortAlpha -}}
{{- if not (has $name $known) -}}
{{- $errors = append $errors (printf "service.%s.%s: the server has no such port; use one of %s" $field $name (join ", " $known)) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- if eq .Values.service.type "ClusterIP" -}}
{{- range $name, $port := .Values.service.nodePorts -}}
{{- if $port -}}
{{- $errors = append $errors (printf "service.nodePorts.%s: a Service of type ClusterIP has no node ports; set service.type to NodePort or LoadBalancer, or leave nodePorts empty" $name) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- if $errors -}}
{{- fail (printf "\n\nThe values do not fit together:\n  - %s\n" (join "\n  - " $errors)) -}}
{{- end -}}
{{- end -}}
