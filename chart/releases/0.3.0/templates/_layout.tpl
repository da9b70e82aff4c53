{{/* What depends on the layout of the server's data: v0.15 or v0.16. */}}

{{/* v0.15, v0.16, or unknown, which stalwart.validate refuses. The tag is only a first guess: the guard asks the image. */}}
{{- define "stalwart.layout" -}}
{{- $tag := include "stalwart.tag" . -}}
{{- if ne (.Values.layout | default "auto") "auto" -}}
{{- .Values.layout -}}
{{- else if .Values.image.digest -}}
unknown
{{- else if regexMatch "^v?0\\.([0-9]|1[0-5])([.-].*)?$" $tag -}}
v0.15
{{- else if regexMatch "^(latest|v?0\\.(1[6-9]|[2-9][0-9])|v?[1-9][0-9]*)([.-].*)?$" $tag -}}
v0.16
{{- else -}}
unknown
{{- end -}}
{{- end -}}

{{/* "true" on v0.16, otherwise nothing. */}}
{{- define "stalwart.v016" -}}
{{- if eq (include "stalwart.layout" .) "v0.16" -}}true{{- end -}}
{{- end -}}

{{/* Who writes the settings: image, managed or seeded. */}}
{{- define "stalwart.configSource" -}}
{{- if ne .Values.config.source "auto" -}}
{{- .Values.config.source -}}
{{- else -}}
{{- ternary "managed" "image" (eq (include "stalwart.v016" .) "true") -}}
{{- end -}}
{{- end -}}

{{/* The data store of v0.16, as JSON. */}}
{{- define "stalwart.dataStore" -}}
{{- if .Values.config.dataStore -}}
{{- tpl (toJson .Values.config.dataStore) . -}}
{{- else -}}
{{- dict "@type" "RocksDb" "path" (printf "%s/data" .Values.persistence.mountPath) | toJson -}}
{{- end -}}
{{- end -}}

{{/* "true" where one process owns the files of the data store. */}}
{{- define "stalwart.localStore" -}}
{{- $type := index (include "stalwart.dataStore" . | fromJson) "@type" | default "" -}}
{{- if or (not (include "stalwart.v016" .)) (has $type (list "RocksDb" "Sqlite")) -}}true{{- end -}}
{{- end -}}

{{/* "true" where the init container makes the first settings: into an empty RocksDb of the chart's own making. */}}
{{- define "stalwart.provisions" -}}
{{- $managed := and (include "stalwart.v016" .) (eq (include "stalwart.configSource" .) "managed") -}}
{{- if and $managed .Values.provisioning.enabled (not .Values.config.existingConfigMap) -}}
{{- $store := include "stalwart.dataStore" . | fromJson -}}
{{- if eq (index $store "@type" | default "") "RocksDb" -}}true{{- end -}}
{{- end -}}
{{- end -}}

{{- define "stalwart.domain" -}}
{{- tpl .Values.provisioning.domain . -}}
{{- end -}}

{{/* The name that the server greets with, or nothing where it goes by the pod's. */}}
{{- define "stalwart.hostname" -}}
{{- $domain := include "stalwart.domain" . -}}
{{- tpl .Values.config.hostname . | default (ternary (printf "mail.%s" $domain) "" (ne $domain "")) -}}
{{- end -}}

{{/* What the container must be allowed to do: see README, "Security". */}}
{{- define "stalwart.podSecurityContext" -}}
{{- if not (kindIs "invalid" .Values.podSecurityContext) -}}
{{- toYaml .Values.podSecurityContext -}}
{{- else if include "stalwart.v016" . -}}
fsGroup: 2000
fsGroupChangePolicy: OnRootMismatch
runAsGroup: 2000
runAsNonRoot: true
runAsUser: 2000
seccompProfile:
  type: RuntimeDefault
{{- else -}}
seccompProfile:
  type: RuntimeDefault
{{- end -}}
{{- end -}}

{{/* NET_BIND_SERVICE on both: 0.16's program carries it as a file capability and could not be executed without. */}}
{{- define "stalwart.securityContext" -}}
{{- if not (kindIs "invalid" .Values.securityContext) -}}
{{- toYaml .Values.securityContext -}}
{{- else -}}
allowPrivilegeEscalation: false
capabilities:
  add:
  - NET_BIND_SERVICE
  drop:
  - ALL
{{- if include "stalwart.v016" . }}
readOnlyRootFilesystem: true
{{- end }}
{{- end -}}
{{- end -}}

{{/* The user and group that own the volume's files, "uid:gid". */}}
{{- define "stalwart.owner" -}}
{{- $pod := include "stalwart.podSecurityContext" . | fromYaml -}}
{{- $own := include "stalwart.securityContext" . | fromYaml -}}
{{- $user := $own.runAsUser | default $pod.runAsUser | default 0 | int -}}
{{- $group := $own.runAsGroup | default $pod.runAsGroup | default 0 | int -}}
{{- printf "%d:%d" $user $group -}}
{{- end -}}
