{{/* The eight ports under the names of service.ports: what is spoken there, and how Stalwart's settings call it. */}}
{{- define "stalwart.listeners" -}}
{{- $ports := .Values.containerPorts -}}
- {name: http, port: {{ $ports.http }}, protocol: http, tls: false, listener: http}
- {name: https, port: {{ $ports.https }}, protocol: http, tls: true, listener: https}
- {name: smtp, port: {{ $ports.smtp }}, protocol: smtp, tls: false, listener: smtp}
- {name: submission, port: {{ $ports.submission }}, protocol: smtp, tls: false, listener: submission}
- {name: smtps, port: {{ $ports.smtps }}, protocol: smtp, tls: true, listener: submissions}
- {name: imap, port: {{ $ports.imap }}, protocol: imap, tls: false, listener: imap}
- {name: imaps, port: {{ $ports.imaps }}, protocol: imap, tls: true, listener: imaptls}
- {name: sieve, port: {{ $ports.sieve }}, protocol: manageSieve, tls: false, listener: sieve}
{{- end -}}

{{- define "stalwart.portNames" -}}
{{- $names := list -}}
{{- range include "stalwart.listeners" . | fromYamlArray -}}
{{- $names = append $names .name -}}
{{- end -}}
{{- $names | toJson -}}
{{- end -}}

{{/* Names of the ports that a Service has, in the listeners' order. (list . "service" or "mailService") */}}
{{- define "stalwart.servicePorts" -}}
{{- $root := index . 0 -}}
{{- $service := index . 1 -}}
{{- $split := $root.Values.mailService.enabled -}}
{{- $names := list -}}
{{- range $listener := include "stalwart.listeners" $root | fromYamlArray -}}
{{- $wanted := or (eq $service "service") (has $listener.name $root.Values.mailService.ports) -}}
{{- if and $split (eq $service "service") (ne $listener.protocol "http") -}}
{{- $wanted = false -}}
{{- end -}}
{{- if and $wanted (index $root.Values.service.ports $listener.name) -}}
{{- $names = append $names $listener.name -}}
{{- end -}}
{{- end -}}
{{- $names | toJson -}}
{{- end -}}
