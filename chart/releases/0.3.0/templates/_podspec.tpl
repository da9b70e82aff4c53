{{/* The Deployment's pod. */}}

{{/* A change of the settings or of a given password rolls the pod. A password that was made has no sum: it differs in every dry run. */}}
{{- define "stalwart.podAnnotations" -}}
{{- if include "stalwart.mountsConfig" . }}
checksum/config: {{ include "stalwart.settings" . | sha256sum }}
{{- end }}
{{- if .Values.admin.password }}
checksum/admin: {{ printf "%s:%s" .Values.admin.username .Values.admin.password | sha256sum }}
{{- end }}
{{- with merge (deepCopy .Values.podAnnotations) .Values.commonAnnotations }}
{{ tpl (toYaml .) $ }}
{{- end }}
{{- end -}}

{{- define "stalwart.podSpec" -}}
{{- if and (le (int .Values.replicaCount) 1) (not .Values.hostNetwork) }}
# A name that outlives the pod: the server derives its node id from it.
hostname: {{ include "stalwart.fullname" . }}
{{- end }}
serviceAccountName: {{ include "stalwart.serviceAccountName" . }}
automountServiceAccountToken: {{ .Values.serviceAccount.automountServiceAccountToken }}
enableServiceLinks: {{ .Values.enableServiceLinks }}
terminationGracePeriodSeconds: {{ .Values.terminationGracePeriodSeconds }}
{{- with concat .Values.global.imagePullSecrets .Values.imagePullSecrets | uniq }}
imagePullSecrets:
{{ toYaml . }}
{{- end }}
{{- with include "stalwart.podSecurityContext" . | fromYaml }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- $init := include "stalwart.initContainers" . }}
{{- if or $init .Values.extraInitContainers }}
initContainers:
{{- $init | trim | nindent 0 }}
{{- with .Values.extraInitContainers }}
{{ tpl (toYaml .) $ }}
{{- end }}
{{- end }}
containers:
{{ include "stalwart.container" . }}
{{- with .Values.extraContainers }}
{{ tpl (toYaml .) $ }}
{{- end }}
volumes:
{{ include "stalwart.volumes" . }}
{{- include "stalwart.placement" . }}
{{- end -}}

{{- define "stalwart.container" -}}
- name: stalwart
  image: {{ include "stalwart.image" . | quote }}
  imagePullPolicy: {{ .Values.image.pullPolicy }}
  {{- with include "stalwart.command" . | trim }}
  {{- . | nindent 2 }}
  {{- end }}
  {{- with include "stalwart.securityContext" . | fromYaml }}
  securityContext:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with include "stalwart.env" . | trim }}
  env:
  {{- . | nindent 2 }}
  {{- end }}
  {{- with .Values.extraEnvFrom }}
  envFrom:
  {{- tpl (toYaml .) $ | nindent 2 }}
  {{- end }}
  {{- range list "startup" "liveness" "readiness" }}
  {{- with include "stalwart.probe" (list $ .) }}
  {{- . | nindent 2 }}
  {{- end }}
  {{- end }}
  ports:
  {{- range include "stalwart.listeners" . | fromYamlArray }}
  - name: {{ .name }}
    containerPort: {{ .port }}
    {{- with index $.Values.hostPorts .name }}
    hostPort: {{ . }}
    {{- end }}
  {{- end }}
  {{- with .Values.lifecycle }}
  lifecycle:
    {{- tpl (toYaml .) $ | nindent 4 }}
  {{- end }}
  {{- with .Values.resources }}
  resources:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.resizePolicy }}
  resizePolicy:
  {{- toYaml . | nindent 2 }}
  {{- end }}
  volumeMounts:
  {{- include "stalwart.mounts" . | nindent 2 }}
{{- end -}}

{{/* On v0.15 the image's entrypoint makes settings of its own where the volume has none, so managed settings go round it. */}}
{{- define "stalwart.command" -}}
{{- $managed := and (include "stalwart.mountsConfig" .) (not (include "stalwart.v016" .)) -}}
{{- if .Values.command }}
command:
{{ tpl (toYaml .Values.command) . }}
{{- else if $managed }}
command:
- stalwart
{{- end }}
{{- if .Values.args }}
args:
{{ tpl (toYaml .Values.args) . }}
{{- else if and $managed (not .Values.command) }}
args:
- --config
- /etc/stalwart/config.toml
{{- end }}
{{- end -}}

{{/* Where the pod runs, and by whose leave. */}}
{{- define "stalwart.placement" -}}
{{- range $field := list "nodeSelector" "tolerations" "hostAliases" "dnsConfig" }}
{{- with index $.Values $field }}
{{ $field }}:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
{{- range $field := list "affinity" "topologySpreadConstraints" }}
{{- with index $.Values $field }}
{{ $field }}:
  {{- tpl (toYaml .) $ | nindent 2 }}
{{- end }}
{{- end }}
{{- range $field := list "priorityClassName" "runtimeClassName" "schedulerName" }}
{{- with index $.Values $field }}
{{ $field }}: {{ . }}
{{- end }}
{{- end }}
{{- with .Values.dnsPolicy | default (ternary "ClusterFirstWithHostNet" "" .Values.hostNetwork) }}
dnsPolicy: {{ . }}
{{- end }}
{{- if .Values.hostNetwork }}
hostNetwork: true
{{- end }}
{{- end -}}
