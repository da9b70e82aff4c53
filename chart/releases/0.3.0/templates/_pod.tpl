{{/* The pieces of the pod. */}}

{{/* A probe: (list . "liveness"). */}}
{{- define "stalwart.probe" -}}
{{- $root := index . 0 -}}
{{- $probe := index $root.Values.probes (index . 1) -}}
{{- if $probe.enabled -}}
{{ index . 1 }}Probe:
{{- if $probe.custom }}
  {{- toYaml $probe.custom | nindent 2 }}
{{- else }}
  {{- include "stalwart.probeHandler" (list $root $probe.path $probe.timeoutSeconds) | nindent 2 }}
  {{- if $probe.initialDelaySeconds }}
  initialDelaySeconds: {{ $probe.initialDelaySeconds }}
  {{- end }}
  periodSeconds: {{ $probe.periodSeconds }}
  timeoutSeconds: {{ $probe.timeoutSeconds }}
  failureThreshold: {{ $probe.failureThreshold }}
{{- end }}
{{- end -}}
{{- end -}}

{{/* By curl on the loopback a probe can't get the node banned: Stalwart exempts 127.0.0.1 from bans and rate limits. */}}
{{- define "stalwart.probeHandler" -}}
{{- $root := index . 0 -}}
{{- $port := ternary $root.Values.recoveryMode.port $root.Values.containerPorts.http $root.Values.recoveryMode.enabled -}}
{{- $handler := $root.Values.probes.handler -}}
{{- if eq $handler "auto" -}}
{{- $handler = ternary "exec" "httpGet" (eq (include "stalwart.v016" $root) "true") -}}
{{- end -}}
{{- if eq $handler "exec" -}}
exec:
  command:
  - curl
  - --fail
  - --silent
  - --show-error
  - --output
  - /dev/null
  - --max-time
  - {{ max 1 (sub (index . 2 | int) 1) | quote }}
  - http://127.0.0.1:{{ $port }}{{ index . 1 }}
{{- else if eq $handler "httpGet" -}}
httpGet:
  path: {{ index . 1 }}
  port: {{ $port }}
{{- else -}}
tcpSocket:
  port: {{ $port }}
{{- end -}}
{{- end -}}

{{/* The chart's own environment, as a list. A variable that extraEnv has too is left to it. */}}
{{- define "stalwart.env" -}}
{{- $taken := list -}}
{{- range .Values.extraEnv -}}{{- $taken = append $taken .name -}}{{- end -}}
{{- range include "stalwart.ownEnv" . | fromYamlArray -}}
{{- if not (has .name $taken) }}
- {{ toYaml . | nindent 2 | trim }}
{{- end -}}
{{- end -}}
{{- with .Values.extraEnv }}
{{ tpl (toYaml .) $ }}
{{- end -}}
{{- end -}}

{{- define "stalwart.ownEnv" -}}
{{- $v016 := include "stalwart.v016" . -}}
{{- if and .Values.admin.enabled (not $v016) }}
{{ include "stalwart.passwordEnv" (list . "STALWART_ADMIN_PASSWORD") }}
{{- end }}
{{- if and .Values.admin.enabled .Values.admin.recovery $v016 }}
{{ include "stalwart.userEnv" . }}
{{ include "stalwart.passwordEnv" (list . "ADMIN_PASSWORD") }}
- name: STALWART_RECOVERY_ADMIN
  value: $(ADMIN_USER):$(ADMIN_PASSWORD)
{{- end }}
{{- if and .Values.hostNetwork $v016 }}
# The node's name would be the server's: a pod that moves would take a new node id with it.
- name: STALWART_HOSTNAME
  value: {{ include "stalwart.fullname" . }}
{{- end }}
{{- if .Values.recoveryMode.enabled }}
- name: STALWART_RECOVERY_MODE
  value: "1"
- name: STALWART_RECOVERY_MODE_PORT
  value: {{ .Values.recoveryMode.port | toString | quote }}
- name: STALWART_RECOVERY_MODE_LOG_LEVEL
  value: {{ .Values.recoveryMode.logLevel }}
{{- end }}
{{- with .Values.cluster.role }}
- name: STALWART_ROLE
  value: {{ . | quote }}
{{- end }}
{{- with .Values.cluster.pushShard }}
- name: STALWART_PUSH_SHARD
  value: {{ . | toString | quote }}
{{- end }}
{{- with .Values.cluster.publicUrl }}
- name: STALWART_PUBLIC_URL
  value: {{ . | quote }}
{{- end }}
{{- end -}}

{{- define "stalwart.passwordEnv" -}}
{{- $root := index . 0 -}}
- name: {{ index . 1 }}
  valueFrom:
    secretKeyRef:
      name: {{ include "stalwart.adminSecretName" $root }}
      key: {{ $root.Values.admin.passwordKey }}
{{- end -}}

{{- define "stalwart.userEnv" -}}
- name: ADMIN_USER
{{- if and .Values.admin.existingSecret .Values.admin.usernameKey }}
  valueFrom:
    secretKeyRef:
      name: {{ include "stalwart.adminSecretName" . }}
      key: {{ .Values.admin.usernameKey }}
{{- else }}
  value: {{ .Values.admin.username | quote }}
{{- end }}
{{- end -}}

{{/* "true" where the server reads its settings from the ConfigMap. */}}
{{- define "stalwart.mountsConfig" -}}
{{- if eq (include "stalwart.configSource" .) "managed" -}}true{{- end -}}
{{- end -}}

{{- define "stalwart.dataMount" -}}
- name: stalwart-volume
  mountPath: {{ .Values.persistence.mountPath }}
  {{- with .Values.persistence.subPath }}
  subPath: {{ . }}
  {{- end }}
{{- end -}}

{{- define "stalwart.mounts" -}}
{{ include "stalwart.dataMount" . }}
{{- if include "stalwart.mountsConfig" . }}
- name: config
  mountPath: /etc/stalwart
  readOnly: true
{{- end }}
{{- if include "stalwart.tlsSecretName" . }}
- name: tls
  mountPath: {{ .Values.tls.mountPath }}
  readOnly: true
{{- end }}
{{- if include "stalwart.v016" . }}
# The web interface is unpacked there.
- name: tmp
  mountPath: /tmp
{{- end }}
{{- with .Values.extraVolumeMounts }}
{{ tpl (toYaml .) $ }}
{{- end }}
{{- end -}}

{{- define "stalwart.volumes" -}}
- name: stalwart-volume
{{- if .Values.persistence.enabled }}
  persistentVolumeClaim:
    claimName: {{ include "stalwart.claimName" . }}
{{- else }}
  emptyDir:
    {{- $options := dict -}}
    {{- with .Values.persistence.emptyDir.medium }}{{ $_ := set $options "medium" . }}{{ end -}}
    {{- with .Values.persistence.emptyDir.sizeLimit }}{{ $_ := set $options "sizeLimit" . }}{{ end -}}
    {{- toYaml $options | nindent 4 }}
{{- end }}
{{- if include "stalwart.mountsConfig" . }}
- name: config
  configMap:
    name: {{ tpl (.Values.config.existingConfigMap | default "") . | default (include "stalwart.configMapName" .) }}
    {{- $file := ternary "config.json" "config.toml" (eq (include "stalwart.v016" .) "true") }}
    items:
    - key: {{ $file }}
      path: {{ $file }}
{{- end }}
{{- if include "stalwart.initContainers" . }}
- name: scripts
  configMap:
    name: {{ include "stalwart.configMapName" . }}
{{- end }}
{{- with include "stalwart.tlsSecretName" . }}
- name: tls
  secret:
    secretName: {{ . }}
    defaultMode: 0440
{{- end }}
{{- if include "stalwart.v016" . }}
- name: tmp
  emptyDir: {}
{{- end }}
{{- with .Values.extraVolumes }}
{{ tpl (toYaml .) $ }}
{{- end }}
{{- end -}}
