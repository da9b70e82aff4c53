{{/* Names, labels, image. The first three helpers have the names that the documentation's chart uses. */}}

{{- define "stalwart.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* One name for Deployment, Service and claim: the release's, with the chart's appended unless it is in there already. */}}
{{- define "stalwart.fullname" -}}
{{- $name := .Values.nameOverride | default .Chart.Name -}}
{{- $full := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- .Values.fullnameOverride | default $full | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* The full name with a suffix. Where that is too long, a hash keeps releases with similar names apart. (list . "admin") */}}
{{- define "stalwart.suffixed" -}}
{{- $full := include "stalwart.fullname" (index . 0) -}}
{{- $suffix := index . 1 -}}
{{- $room := sub 62 (len $suffix) | int -}}
{{- if gt (len $full) $room -}}
{{- $full = printf "%s-%s" ($full | trunc (int (sub $room 7)) | trimSuffix "-") ($full | sha256sum | trunc 6) -}}
{{- end -}}
{{- printf "%s-%s" $full $suffix -}}
{{- end -}}

{{- define "stalwart.chart" -}}
{{- printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* The chart's version is in here, so these labels stay out of pods and selectors: an upgrade of the chart alone rolls no pod. */}}
{{- define "stalwart.labels" -}}
helm.sh/chart: {{ include "stalwart.chart" . }}
{{ include "stalwart.selectorLabels" . }}
{{- with include "stalwart.versionLabel" . }}
app.kubernetes.io/version: {{ . | quote }}
{{- end }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{/* Labels as YAML with more of them, in which the first that has a key wins: (list . "labels as YAML" map map). */}}
{{- define "stalwart.withLabels" -}}
{{- $all := index . 1 | fromYaml -}}
{{- range $more := rest (rest .) -}}
{{- range $key, $value := $more | default dict -}}
{{- if not (hasKey $all $key) }}{{ $_ := set $all $key $value }}{{ end -}}
{{- end -}}
{{- end -}}
{{- tpl (toYaml $all) (index . 0) -}}
{{- end -}}

{{/* Immutable in a Deployment: never change them. */}}
{{- define "stalwart.selectorLabels" -}}
app.kubernetes.io/name: {{ include "stalwart.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* Of the test pods: the Service's selector must not match them. */}}
{{- define "stalwart.testLabels" -}}
app.kubernetes.io/name: {{ include "stalwart.name" . | trunc 58 | trimSuffix "-" }}-test
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* Metadata of an object: (dict "root" . "name" … "labels" {…} "annotations" {…} "own" "labels of its own kind"). */}}
{{- define "stalwart.metadata" -}}
{{- $root := .root -}}
name: {{ .name }}
labels:
  {{- $own := .own | default (include "stalwart.labels" $root) }}
  {{- include "stalwart.withLabels" (list $root $own .labels $root.Values.commonLabels) | nindent 2 }}
{{- $annotations := dict -}}
{{- range $one := list $root.Values.commonAnnotations .annotations -}}
{{- range $key, $value := $one | default dict -}}
{{- $_ := set $annotations $key $value -}}
{{- end -}}
{{- end -}}
{{- with $annotations }}
annotations:
  {{- tpl (toYaml .) $root | nindent 2 }}
{{- end }}
{{- end -}}

{{/* A tag may be longer than a label, and may begin or end with characters that a label must not. */}}
{{- define "stalwart.versionLabel" -}}
{{- include "stalwart.tag" . | trunc 63 | trimAll "._-" -}}
{{- end -}}

{{- define "stalwart.tag" -}}
{{- .Values.image.tag | default .Chart.AppVersion | toString -}}
{{- end -}}

{{- define "stalwart.image" -}}
{{- $repository := .Values.image.repository -}}
{{- with .Values.global.imageRegistry -}}
{{- $repository = printf "%s/%s" (trimSuffix "/" .) $repository -}}
{{- end -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" $repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" $repository (include "stalwart.tag" .) -}}
{{- end -}}
{{- end -}}

{{- define "stalwart.claimName" -}}
{{- tpl (.Values.persistence.existingClaim | default "") . | default (include "stalwart.fullname" .) -}}
{{- end -}}

{{- define "stalwart.serviceAccountName" -}}
{{- $made := ternary (include "stalwart.fullname" .) "default" .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default $made -}}
{{- end -}}

{{- define "stalwart.adminSecretName" -}}
{{- tpl (.Values.admin.existingSecret | default "") . | default (include "stalwart.suffixed" (list . "admin")) -}}
{{- end -}}

{{- define "stalwart.configMapName" -}}
{{- include "stalwart.suffixed" (list . "config") -}}
{{- end -}}

{{/* Name of the TLS Secret, or nothing. */}}
{{- define "stalwart.tlsSecretName" -}}
{{- if .Values.tls.certManager.enabled -}}
{{- include "stalwart.suffixed" (list . "tls") -}}
{{- else -}}
{{- tpl (.Values.tls.existingSecret | default "") . -}}
{{- end -}}
{{- end -}}

{{/* "true" when claim and admin's Secret outlive the release: both or neither, as the password lives in the volume too. */}}
{{- define "stalwart.keeps" -}}
{{- if and .Values.persistence.enabled (or .Values.persistence.keep .Values.persistence.existingClaim) -}}true{{- end -}}
{{- end -}}
