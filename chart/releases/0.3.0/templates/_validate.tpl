{{/* Values that the schema allows but that cannot work together. Every template prints one line for each mistake: the value's
path, the reason, and what to do. One failed install shows all of them. */}}
{{- define "stalwart.validate" -}}
{{- $lines := list -}}
{{- range $part := list "Layout" "Replicas" "Volume" "Ports" "Service" "Mail" "Config" "Admin" "Security" "Host" "Access" "Tls" "Disruption" "Upgrade" -}}
{{- range include (printf "stalwart.validate%s" $part) $ | splitList "\n" -}}
{{- with trim . -}}{{- $lines = append $lines . -}}{{- end -}}
{{- end -}}
{{- end -}}
{{- if $lines -}}
{{- fail (printf "\n\nThese values cannot work:\n  - %s\n" (join "\n  - " $lines)) -}}
{{- end -}}
{{- end -}}

{{- define "stalwart.validateLayout" -}}
{{- $v016 := include "stalwart.v016" . -}}
{{- if eq (include "stalwart.layout" .) "unknown" }}
layout: auto can't tell from image.tag {{ include "stalwart.tag" . | quote }}{{ if .Values.image.digest }} with image.digest{{ end }} which layout the image has; set layout to v0.15 (Stalwart up to 0.15) or v0.16 (0.16 and later)
{{- end }}
{{- if not $v016 }}
{{- if and (ne .Values.persistence.mountPath "/opt/stalwart") (not .Values.command) (eq (include "stalwart.configSource" .) "image") }}
persistence.mountPath: the image writes to /opt/stalwart whatever is mounted, so mail would lie beside the volume and be lost with the container; leave it at /opt/stalwart, or set config.source=managed
{{- end }}
{{- end }}
{{- end -}}

{{- define "stalwart.validateReplicas" -}}
{{- if gt (int .Values.replicaCount) 1 }}
{{- if include "stalwart.localStore" . }}
replicaCount: {{ .Values.replicaCount }} servers would share one data store, but one process owns its files; set replicaCount to 1{{ if include "stalwart.v016" . }}, or config.dataStore to a database server{{ end }}
{{- end }}
{{- if and .Values.persistence.enabled (has .Values.persistence.accessMode (list "ReadWriteOnce" "ReadWriteOncePod")) }}
replicaCount: {{ .Values.replicaCount }} pods can't share a claim of access mode {{ .Values.persistence.accessMode }}; set persistence.accessMode=ReadWriteMany or persistence.enabled=false
{{- end }}
{{- end }}
{{- if and (eq (dig "type" "" .Values.strategy) "RollingUpdate") .Values.persistence.enabled (include "stalwart.localStore" .) (ne (toString (dig "rollingUpdate" "maxSurge" "1" .Values.strategy)) "0") }}
strategy: a rolling update starts the new server while the old one has the volume's data store open; leave strategy empty (Recreate), or set strategy.rollingUpdate.maxSurge=0
{{- end }}
{{- end -}}

{{- define "stalwart.validateVolume" -}}
{{- $path := .Values.persistence.mountPath -}}
{{- if or (has $path (list "/etc" "/usr" "/usr/local" "/bin" "/lib" "/sbin" "/root" "/home" "/var" "/opt" "/run")) (regexMatch "^/(etc/stalwart|usr/local/bin|usr/bin|tmp|proc|sys|dev|chart)(/|$)" $path) }}
persistence.mountPath: a volume at {{ $path }} hides what the image or the chart has there; use /opt/stalwart or /var/lib/stalwart
{{- end }}
{{- if eq .Values.persistence.accessMode "ReadOnlyMany" }}
persistence.accessMode: a mail server can't write to a ReadOnlyMany claim; use ReadWriteOnce or ReadWriteOncePod
{{- end }}
{{- range .Values.extraVolumeMounts }}
{{- if has .mountPath (list $path $.Values.tls.mountPath) }}
extraVolumeMounts: {{ .mountPath }} is taken by the chart's own volume; mount {{ .name }} elsewhere
{{- end }}
{{- end }}
{{- if and (include "stalwart.tlsSecretName" .) (eq .Values.tls.mountPath $path) }}
tls.mountPath: {{ $path }} is persistence.mountPath; choose another folder
{{- end }}
{{- if and (include "stalwart.v016" .) .Values.persistence.enabled (eq (include "stalwart.configSource" .) "managed") (not .Values.config.existingConfigMap) }}
{{- $store := include "stalwart.dataStore" . | fromJson }}
{{- if and (has (index $store "@type") (list "RocksDb" "Sqlite")) (not (hasPrefix (printf "%s/" $path) (index $store "path" | default ""))) }}
config.dataStore.path: {{ index $store "path" | default "nothing" | quote }} is not below persistence.mountPath {{ $path }}, so nothing would be kept; set it to {{ $path }}/data
{{- end }}
{{- end }}
{{- end -}}

{{- define "stalwart.validatePorts" -}}
{{- $known := include "stalwart.portNames" . | fromJsonArray -}}
{{- $seen := dict -}}
{{- range $name := $known -}}
{{- with index $.Values.service.ports $name }}
{{- $before := index $seen (toString .) }}
{{- if $before }}
service.ports.{{ $name }}: {{ . }} is the port of {{ $before }} already; give each port a number of its own
{{- end }}
{{- $_ := set $seen (toString .) $name }}
{{- end }}
{{- end }}
{{- if not $seen }}
service.ports: all ports are null, so nobody could reach the server; leave at least one in
{{- end }}
{{- $listening := dict -}}
{{- range include "stalwart.listeners" . | fromYamlArray }}
{{- $before := index $listening (toString .port) }}
{{- if $before }}
containerPorts.{{ .name }}: {{ .port }} is the port of {{ $before }} already; give each listener a number of its own
{{- end }}
{{- $_ := set $listening (toString .port) .name }}
{{- end }}
{{- $own := and (eq (include "stalwart.configSource" .) "image") (not .Values.command) }}
{{- if and $own (not (include "stalwart.v016" .)) (ne (toJson .Values.containerPorts) (index (include "stalwart.defaults" . | fromJson) "containerPorts" | toJson)) }}
containerPorts: with config.source=image the image decides where it listens; leave them as they are, or set config.source=managed
{{- end }}
{{- if and (eq .Values.probes.handler "exec") (not (include "stalwart.v016" .)) }}
probes.handler: the image of layout v0.15 has no curl for exec; use httpGet, or probes.*.custom
{{- end }}
{{- end -}}

{{- define "stalwart.validateService" -}}
{{- include "stalwart.validateOneService" (list . "service") }}
{{- end -}}

{{- define "stalwart.validateMail" -}}
{{- if .Values.mailService.enabled }}
{{- include "stalwart.validateOneService" (list . "mailService") }}
{{- if not (include "stalwart.servicePorts" (list . "mailService") | fromJsonArray) }}
mailService.ports: names no port that service.ports has; name at least one
{{- end }}
{{- end }}
{{- end -}}
