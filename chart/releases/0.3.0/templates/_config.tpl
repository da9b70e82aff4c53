{{/* The settings that the chart writes: config.toml for v0.15, config.json and the requests of the first start for v0.16. */}}

{{/* TOML's basic strings are JSON's. */}}
{{- define "stalwart.configToml" -}}
{{- if .Values.config.toml -}}
{{- tpl .Values.config.toml . -}}
{{- else -}}
{{- include "stalwart.defaultToml" . }}
{{- with .Values.config.extraToml }}

{{ tpl . $ }}
{{- end }}
{{- end -}}
{{- end -}}

{{- define "stalwart.defaultToml" -}}
[server]
hostname = {{ include "stalwart.hostname" . | default (include "stalwart.fullname" .) | toJson }}
{{- with .Values.trustedNetworks }}
allowed-ip = { {{ range $i, $net := . }}{{ if $i }}, {{ end }}{{ $net | toJson }}{{ end }} }
{{- end }}
{{- range include "stalwart.listeners" . | fromYamlArray }}

[server.listener.{{ .listener }}]
bind = {{ printf "%s:%v" $.Values.bindAddress .port | toJson }}
protocol = {{ .protocol | lower | toJson }}
{{- if .tls }}
tls.implicit = true
{{- end }}
{{- if and $.Values.proxyProtocol.enabled (ne .protocol "http") }}
proxy.trusted-networks = { {{ range $i, $net := $.Values.proxyProtocol.trustedNetworks }}{{ if $i }}, {{ end }}{{ $net | toJson }}{{ end }} }
{{- end }}
{{- end }}

[storage]
data = "rocksdb"
fts = "rocksdb"
blob = "rocksdb"
lookup = "rocksdb"
directory = "internal"

[store.rocksdb]
type = "rocksdb"
path = {{ printf "%s/data" .Values.persistence.mountPath | toJson }}
compression = "lz4"

[directory.internal]
type = "internal"
store = "rocksdb"

[tracer.stdout]
type = "stdout"
level = {{ .Values.config.logLevel | toJson }}
ansi = false
enable = true
{{- if .Values.admin.enabled }}

[authentication.fallback-admin]
user = {{ .Values.admin.username | toJson }}
secret = "%{env:STALWART_ADMIN_PASSWORD}%"
{{- end }}
{{- if include "stalwart.tlsSecretName" . }}

[certificate.default]
cert = {{ printf "%%{file:%s/tls.crt}%%" .Values.tls.mountPath | toJson }}
private-key = {{ printf "%%{file:%s/tls.key}%%" .Values.tls.mountPath | toJson }}
default = true
{{- end }}
{{- if .Values.metrics.enabled }}

[metrics.prometheus]
enable = true
{{- end }}
{{- end -}}

{{/* The first start of v0.16 as one JMAP request (RFC 8620 3.3). "@ADMIN_PASSWORD@" is put in by provision.sh. */}}
{{- define "stalwart.provisionRequest" -}}
{{- $calls := list (list "x:NetworkListener/set" (dict "create" (include "stalwart.listenerObjects" . | fromJson)) "listeners") -}}
{{- $tracer := dict "@type" "Stdout" "enable" true "level" .Values.config.logLevel "ansi" false "buffered" false -}}
{{- $calls = append $calls (list "x:Tracer/set" (dict "create" (dict "stdout" $tracer)) "log") -}}
{{- if include "stalwart.tlsSecretName" . -}}
{{- $cert := dict "@type" "File" "filePath" (printf "%s/tls.crt" .Values.tls.mountPath) -}}
{{- $key := dict "@type" "File" "filePath" (printf "%s/tls.key" .Values.tls.mountPath) -}}
{{- $calls = append $calls (list "x:Certificate/set" (dict "create" (dict "cert" (dict "certificate" $cert "privateKey" $key))) "certificate") -}}
{{- end -}}
{{- $calls = concat $calls (include "stalwart.domainCalls" . | fromJsonArray) -}}
{{- if .Values.trustedNetworks -}}
{{- $allowed := dict -}}
{{- range $i, $net := .Values.trustedNetworks -}}
{{- $_ := set $allowed (printf "net%d" $i) (dict "address" $net "reason" "trustedNetworks of the chart") -}}
{{- end -}}
{{- $calls = append $calls (list "x:AllowedIp/set" (dict "create" $allowed) "allowed") -}}
{{- end -}}
{{- if .Values.metrics.enabled -}}
{{- $metrics := dict "prometheus" (dict "@type" "Enabled") -}}
{{- $calls = append $calls (list "x:Metrics/set" (dict "update" (dict "singleton" $metrics)) "metrics") -}}
{{- end -}}
{{- $calls = concat $calls .Values.provisioning.extraMethodCalls -}}
{{- dict "using" (list "urn:ietf:params:jmap:core" "urn:stalwart:jmap") "methodCalls" $calls | toJson -}}
{{- end -}}

{{- define "stalwart.listenerObjects" -}}
{{- $objects := dict -}}
{{- range include "stalwart.listeners" . | fromYamlArray -}}
{{- $name := ternary "imaps" .listener (eq .name "imaps") -}}
{{- $object := dict "name" $name "bind" (dict (printf "%s:%v" $.Values.bindAddress .port) true) "protocol" .protocol "tlsImplicit" .tls -}}
{{- if and $.Values.proxyProtocol.enabled (ne .protocol "http") -}}
{{- $networks := dict -}}
{{- range $.Values.proxyProtocol.trustedNetworks -}}{{- $_ := set $networks . true -}}{{- end -}}
{{- $_ := set $object "overrideProxyTrustedNetworks" $networks -}}
{{- end -}}
{{- $_ := set $objects .name $object -}}
{{- end -}}
{{- $objects | toJson -}}
{{- end -}}

{{/* Stalwart stores the host name together with a default domain, so without a domain there is neither. */}}
{{- define "stalwart.domainCalls" -}}
{{- $calls := list -}}
{{- $domain := include "stalwart.domain" . -}}
{{- if $domain -}}
{{- $calls = append $calls (list "x:Domain/set" (dict "create" (dict "dom" (dict "name" $domain))) "domain") -}}
{{- $settings := dict "defaultHostname" (include "stalwart.hostname" .) "defaultDomainId" "#dom" -}}
{{- if include "stalwart.tlsSecretName" . -}}
{{- $_ := set $settings "defaultCertificateId" "#cert" -}}
{{- end -}}
{{- $calls = append $calls (list "x:SystemSettings/set" (dict "update" (dict "singleton" $settings)) "settings") -}}
{{- if .Values.provisioning.createAdmin -}}
{{- $password := dict "@type" "Password" "secret" "@ADMIN_PASSWORD@" -}}
{{- $account := dict "@type" "User" "name" .Values.admin.username "domainId" "#dom" "roles" (dict "@type" "Admin") "credentials" (dict "0" $password) -}}
{{- $calls = append $calls (list "x:Account/set" (dict "create" (dict "admin" $account)) "admin") -}}
{{- end -}}
{{- end -}}
{{- $calls | toJson -}}
{{- end -}}

{{/* What the server itself reads. */}}
{{- define "stalwart.settings" -}}
{{- if include "stalwart.v016" . -}}
{{- include "stalwart.dataStore" . -}}
{{- else -}}
{{- include "stalwart.configToml" . -}}
{{- end -}}
{{- end -}}
