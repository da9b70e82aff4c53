{{- define "stalwart.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* One name for Deployment, Service and claim: the release's, with the chart's appended unless it is in there already. */}}
{{- define "stalwart.fullname" -}}
{{- $name := .Values.nameOverride | default .Chart.Name -}}
{{- $full := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- .Values.fullnameOverride | default $full | trunc 63 | trimSuffix "-" -}}
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

{{/* Immutable in a Deployment: never change them. */}}
{{- define "stalwart.selectorLabels" -}}
app.kubernetes.io/name: {{ include "stalwart.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* A tag may be longer than a label, and may begin or end with characters that a label must not. */}}
{{- define "stalwart.versionLabel" -}}
{{- include "stalwart.tag" . | trunc 63 | trimAll "._-" -}}
{{- end -}}

{{- define "stalwart.tag" -}}
{{- .Values.image.tag | default .Chart.AppVersion | toString -}}
{{- end -}}

{{- define "stalwart.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (include "stalwart.tag" .) -}}
{{- end -}}
{{- end -}}

{{/* The ports that the server opens; the Service's own numbers are in service.ports. */}}
{{- define "stalwart.listeners" -}}
- {name: http, port: 8080}
- {name: https, port: 443}
- {name: smtp, port: 25}
- {name: submission, port: 587}
- {name: smtps, port: 465}
- {name: imap, port: 143}
- {name: imaps, port: 993}
- {name: sieve, port: 4190}
{{- end -}}

{{- define "stalwart.claimName" -}}
{{- .Values.persistence.existingClaim | default (include "stalwart.fullname" .) -}}
{{- end -}}

{{/* "true" when the tag names an image of 0.16 or later, which keeps its data where config.json says; otherwise nothing. */}}
{{- define "stalwart.needsConfigJson" -}}
{{- $newer := regexMatch "^(latest|v?(0\\.(1[6-9]|[2-9][0-9])|[1-9][0-9]*))([.-].*)?$" (include "stalwart.tag" .) -}}
{{- $mounted := false -}}
{{- range .Values.extraVolumeMounts -}}
{{- if hasPrefix "/etc/stalwart" .mountPath -}}{{- $mounted = true -}}{{- end -}}
{{- end -}}
{{- if and $newer (not $mounted) (not .Values.image.digest) -}}true{{- end -}}
{{- end -}}
