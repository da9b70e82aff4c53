{{/* The init containers, in their order: guard, owner of the files, settings, and the user's own. All but the latter run the
server's own image and a script of the ConfigMap. */}}

{{- define "stalwart.initContainers" -}}
{{- if .Values.layoutGuard.enabled }}
{{ include "stalwart.guardContainer" . }}
{{- end }}
{{- if .Values.volumePermissions.enabled }}
{{ include "stalwart.permissionsContainer" . }}
{{- end }}
{{- if include "stalwart.provisions" . }}
{{ include "stalwart.provisionContainer" . }}
{{- end }}
{{- if and (eq (include "stalwart.configSource" .) "seeded") (not (include "stalwart.v016" .)) }}
{{ include "stalwart.seedContainer" . }}
{{- end }}
{{- end -}}

{{/* What they have in common: (list . "name"). The end of the log is the pod's message, so that one sees why it does not start. */}}
{{- define "stalwart.initContainer" -}}
{{- $root := index . 0 -}}
- name: {{ index . 1 }}
  image: {{ include "stalwart.image" $root | quote }}
  imagePullPolicy: {{ $root.Values.image.pullPolicy }}
  terminationMessagePolicy: FallbackToLogsOnError
  {{- with $root.Values.resources }}
  resources:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}

{{- define "stalwart.guardContainer" -}}
{{ include "stalwart.initContainer" (list . "layout-guard") }}
  command:
  - /bin/sh
  - /chart/layout-guard.sh
  - {{ include "stalwart.layout" . }}
  - {{ .Values.persistence.mountPath }}
  - {{ include "stalwart.dataFolder" . }}
  - {{ .Values.migration.acknowledge | toString | quote }}
  securityContext:
    {{- if .Values.volumePermissions.enabled }}
    {{- include "stalwart.rootSecurityContext" . | nindent 4 }}
    {{- else }}
    {{- include "stalwart.securityContext" . | nindent 4 }}
    {{- end }}
  volumeMounts:
  {{- include "stalwart.dataMount" . | nindent 2 }}
  {{- include "stalwart.scriptsMount" . | nindent 2 }}
{{- end -}}

{{- define "stalwart.permissionsContainer" -}}
{{ include "stalwart.initContainer" (list . "volume-permissions") }}
  command:
  - chown
  - -R
  - {{ include "stalwart.owner" . | quote }}
  - {{ .Values.persistence.mountPath }}
  securityContext:
    {{- include "stalwart.rootSecurityContext" . | nindent 4 }}
  volumeMounts:
  {{- include "stalwart.dataMount" . | nindent 2 }}
{{- end -}}

{{- define "stalwart.provisionContainer" -}}
{{ include "stalwart.initContainer" (list . "provision") }}
  command:
  - /bin/sh
  - /chart/provision.sh
  - {{ include "stalwart.dataFolder" . }}
  - /chart/provision.json
  - {{ .Values.provisioning.timeoutSeconds | toString | quote }}
  env:
  - name: RECOVERY_PORT
    value: {{ .Values.containerPorts.http | toString | quote }}
  {{- if .Values.provisioning.createAdmin }}
  {{- include "stalwart.passwordEnv" (list . "ADMIN_PASSWORD") | nindent 2 }}
  {{- end }}
  securityContext:
    {{- include "stalwart.securityContext" . | nindent 4 }}
  volumeMounts:
  {{- include "stalwart.dataMount" . | nindent 2 }}
  {{- include "stalwart.scriptsMount" . | nindent 2 }}
  {{- if include "stalwart.tlsSecretName" . }}
  - name: tls
    mountPath: {{ .Values.tls.mountPath }}
    readOnly: true
  {{- end }}
  - name: tmp
    mountPath: /tmp
{{- end -}}

{{- define "stalwart.seedContainer" -}}
{{ include "stalwart.initContainer" (list . "seed-config") }}
  command:
  - /bin/sh
  - /chart/seed-config.sh
  - /chart/config.toml
  - {{ .Values.persistence.mountPath }}/etc/config.toml
  securityContext:
    {{- include "stalwart.securityContext" . | nindent 4 }}
  volumeMounts:
  {{- include "stalwart.dataMount" . | nindent 2 }}
  {{- include "stalwart.scriptsMount" . | nindent 2 }}
{{- end -}}

{{- define "stalwart.scriptsMount" -}}
- name: scripts
  mountPath: /chart
  readOnly: true
{{- end -}}

{{/* Where the data store's files are. */}}
{{- define "stalwart.dataFolder" -}}
{{- $store := include "stalwart.dataStore" . | fromJson -}}
{{- $path := ternary (index $store "path" | default "") "" (eq (include "stalwart.v016" .) "true") -}}
{{- $path | default (printf "%s/data" .Values.persistence.mountPath) -}}
{{- end -}}

{{/* Root, for looking into files of any owner and for giving them away. NET_BIND_SERVICE: see stalwart.securityContext. */}}
{{- define "stalwart.rootSecurityContext" -}}
allowPrivilegeEscalation: false
capabilities:
  add:
  - CHOWN
  - DAC_OVERRIDE
  - FOWNER
  - NET_BIND_SERVICE
  drop:
  - ALL
readOnlyRootFilesystem: true
runAsGroup: 0
runAsNonRoot: false
runAsUser: 0
{{- end -}}
