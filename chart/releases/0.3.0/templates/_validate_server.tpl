{{/* What is wrong with the server's settings, its rights and the doors to it. */}}

{{- define "stalwart.validateConfig" -}}
{{- $v016 := include "stalwart.v016" . -}}
{{- $source := include "stalwart.configSource" . -}}
{{- if and .Values.proxyProtocol.enabled (not .Values.proxyProtocol.trustedNetworks) }}
proxyProtocol.trustedNetworks: without them anybody could claim any address; list the networks of your proxies
{{- end }}
{{- if eq $source "image" }}
{{- range $field, $set := dict "proxyProtocol.enabled" .Values.proxyProtocol.enabled "trustedNetworks" .Values.trustedNetworks }}
{{- if $set }}
{{ $field }}: with config.source=image the chart writes no settings, so this would do nothing; set config.source=managed, or make the setting in the web interface
{{- end }}
{{- end }}
{{- if or .Values.config.existingConfigMap (and .Values.config.dataStore $v016) }}
config.source: image reads neither config.existingConfigMap nor config.dataStore; set config.source=managed
{{- end }}
{{- end }}
{{- if $v016 }}
{{- if or .Values.config.toml .Values.config.extraToml }}
config.toml: Stalwart 0.16 reads config.json only, and keeps its settings in the data store; use config.dataStore and provisioning, or an image of layout v0.15
{{- end }}
{{- if eq $source "seeded" }}
config.source: seeded is for layout v0.15; on v0.16 managed makes the first settings by provisioning
{{- end }}
{{- if and .Values.config.hostname (not (include "stalwart.domain" .)) (include "stalwart.provisions" .) }}
config.hostname: Stalwart 0.16 stores the host name together with a default domain; set provisioning.domain too
{{- end }}
{{- else }}
{{- if .Values.config.dataStore }}
config.dataStore: is for layout v0.16; on v0.15 the store stands in config.toml
{{- end }}
{{- if or (include "stalwart.domain" .) .Values.provisioning.createAdmin .Values.provisioning.extraMethodCalls }}
provisioning: is for layout v0.16; on v0.15 make domains and accounts in the web interface
{{- end }}
{{- if .Values.recoveryMode.enabled }}
recoveryMode.enabled: Stalwart 0.15 has no recovery mode; set it to false
{{- end }}
{{- range $field, $value := .Values.cluster }}
{{- if $value }}
cluster.{{ $field }}: is for layout v0.16; leave it empty
{{- end }}
{{- end }}
{{- if and (or .Values.config.toml .Values.config.extraToml) (eq $source "image") }}
config.toml: with config.source=image nobody would read it; set config.source to managed or seeded
{{- end }}
{{- end }}
{{- end -}}

{{- define "stalwart.validateAdmin" -}}
{{- $admin := .Values.admin -}}
{{- if $admin.enabled }}
{{- if or (has (lower $admin.password) (list "changeme" "change-me" "admin" "password" "secret")) (and $admin.password (eq $admin.password $admin.username)) }}
admin.password: this one is the first that an attacker tries; leave it empty to have one made, or choose a long one
{{- end }}
{{- if contains ":" $admin.username }}
admin.username: {{ $admin.username | quote }} has a colon, which ends the name in the server's own reading; use letters and digits
{{- end }}
{{- if and $admin.password $admin.existingSecret }}
admin.existingSecret: admin.password is given too, and only one can hold; leave one of them empty
{{- end }}
{{- if and (not (include "stalwart.v016" .)) (eq (include "stalwart.configSource" .) "image") (ne $admin.username "admin") }}
admin.username: with config.source=image Stalwart 0.15 knows only the name admin; leave it, or set config.source to managed or seeded
{{- end }}
{{- else if .Values.provisioning.createAdmin }}
provisioning.createAdmin: takes the password of admin, which admin.enabled=false leaves out; set admin.enabled=true
{{- end }}
{{- if and .Values.provisioning.createAdmin (not (include "stalwart.domain" .)) }}
provisioning.createAdmin: an account needs a domain; set provisioning.domain
{{- end }}
{{- end -}}

{{- define "stalwart.validateSecurity" -}}
{{- $v016 := include "stalwart.v016" . -}}
{{- $own := include "stalwart.securityContext" . | fromYaml | default dict -}}
{{- $pod := include "stalwart.podSecurityContext" . | fromYaml | default dict -}}
{{- $user := $own.runAsUser | default $pod.runAsUser -}}
{{- $none := $own.runAsNonRoot | default $pod.runAsNonRoot -}}
{{- $drops := has "ALL" (dig "capabilities" "drop" list $own) -}}
{{- $binds := has "NET_BIND_SERVICE" (dig "capabilities" "add" list $own) -}}
{{- if and $v016 $drops (not $binds) }}
securityContext.capabilities: the program of Stalwart 0.16 carries NET_BIND_SERVICE and can't be executed without it ("operation not permitted"); add NET_BIND_SERVICE
{{- end }}
{{- if and $none (not (kindIs "invalid" $user)) (eq (int $user) 0) }}
podSecurityContext.runAsUser: 0 is root, which runAsNonRoot forbids; choose another user, or set runAsNonRoot=false
{{- end }}
{{- $unprivileged := false }}
{{- range $pod.sysctls }}{{ if eq .name "net.ipv4.ip_unprivileged_port_start" }}{{ $unprivileged = true }}{{ end }}{{ end }}
{{- if and (not $v016) $user (gt (int $user) 0) (not $unprivileged) (include "stalwart.lowPorts" .) }}
podSecurityContext.runAsUser: as user {{ $user }} Stalwart 0.15 can't listen below 1024; add the sysctl net.ipv4.ip_unprivileged_port_start="0" to podSecurityContext.sysctls, or run it as root
{{- end }}
{{- if and $pod.sysctls .Values.hostNetwork }}
podSecurityContext.sysctls: a pod on the node's network may not change them; leave one of sysctls and hostNetwork out
{{- end }}
{{- range .Values.extraEnv }}
{{- if and (has .name (list "RUN_AS_USER" "RUN_AS_GROUP")) $drops (not (has "SETUID" (dig "capabilities" "add" list $own))) }}
securityContext.capabilities: the server can't change its user as {{ .name }} of extraEnv wants; add SETUID and SETGID
{{- end }}
{{- end }}
{{- if and .Values.recoveryMode.enabled (not .Values.layoutGuard.enabled) }}
recoveryMode.enabled: recovery mode wipes a store of Stalwart 0.15, and without the layout guard nothing would stop it; set layoutGuard.enabled=true
{{- end }}
{{- end -}}

{{- define "stalwart.lowPorts" -}}
{{- range .Values.containerPorts }}{{ if lt (int .) 1024 }}true{{ end }}{{ end -}}
{{- end -}}

{{- define "stalwart.validateHost" -}}
{{- if or .Values.hostNetwork .Values.hostPorts }}
{{- $what := ternary "hostNetwork" "hostPorts" .Values.hostNetwork }}
{{- if gt (int .Values.replicaCount) 1 }}
{{ $what }}: {{ .Values.replicaCount }} pods on one node would want the same ports; set replicaCount to 1
{{- end }}
{{- if eq (dig "type" "" .Values.strategy) "RollingUpdate" }}
{{ $what }}: a rolling update starts the new pod while the old one has the node's ports; leave strategy empty (Recreate)
{{- end }}
{{- end }}
{{- if .Values.hostNetwork }}
{{- range $name, $port := .Values.hostPorts }}
{{- if ne (int $port) (int (index $.Values.containerPorts $name)) }}
hostPorts.{{ $name }}: with hostNetwork the node's port is the container's, {{ index $.Values.containerPorts $name }}; leave hostPorts empty
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "stalwart.validateAccess" -}}
{{- $http := index .Values.service.ports "http" }}
{{- if and .Values.ingress.enabled (not .Values.ingress.hosts) }}
ingress.hosts: an Ingress without hosts leads nowhere; add one, such as {host: mail.example.org}
{{- end }}
{{- range $field, $on := dict "ingress.enabled" .Values.ingress.enabled "gateway.httpRoute.enabled" .Values.gateway.httpRoute.enabled "metrics.serviceMonitor.enabled" .Values.metrics.serviceMonitor.enabled }}
{{- if and $on (not $http) }}
{{ $field }}: leads to the port http, which service.ports.http=null takes out; give it a number
{{- end }}
{{- end }}
{{- range $route := list "httpRoute" "tcpRoutes" }}
{{- $values := index $.Values.gateway $route }}
{{- if and $values.enabled (not $values.parentRefs) }}
gateway.{{ $route }}.parentRefs: a route needs a Gateway; add one, such as {name: public, namespace: gateways}
{{- end }}
{{- end }}
{{- if .Values.gateway.tcpRoutes.enabled }}
{{- range .Values.gateway.tcpRoutes.ports }}
{{- if not (index $.Values.service.ports .) }}
gateway.tcpRoutes.ports: {{ . }} is not in service.ports; take it out here, or put it in there
{{- end }}
{{- end }}
{{- end }}
{{- if and .Values.metrics.serviceMonitor.enabled (not .Values.metrics.enabled) }}
metrics.serviceMonitor.enabled: there is nothing to scrape; set metrics.enabled=true
{{- end }}
{{- if and .Values.metrics.prometheusRule.enabled (not .Values.metrics.prometheusRule.rules) }}
metrics.prometheusRule.rules: a PrometheusRule without rules is refused; add one, or set metrics.prometheusRule.enabled=false
{{- end }}
{{- end -}}

{{- define "stalwart.validateTls" -}}
{{- $manager := .Values.tls.certManager }}
{{- if $manager.enabled }}
{{- if not (dig "name" "" $manager.issuerRef) }}
tls.certManager.issuerRef: a Certificate needs an issuer; set its name, and its kind where it is a ClusterIssuer
{{- end }}
{{- if and (not $manager.dnsNames) (not (include "stalwart.hostname" .)) }}
tls.certManager.dnsNames: there is no name to put into the certificate; set them, or config.hostname
{{- end }}
{{- if .Values.tls.existingSecret }}
tls.existingSecret: tls.certManager.enabled makes a Secret of its own, and only one can hold; leave one of them out
{{- end }}
{{- end }}
{{- end -}}

{{- define "stalwart.validateDisruption" -}}
{{- $budget := .Values.podDisruptionBudget }}
{{- if $budget.enabled }}
{{- $least := $budget.minAvailable }}
{{- if and (not (kindIs "invalid" $least)) (not (kindIs "invalid" $budget.maxUnavailable)) }}
podDisruptionBudget: minAvailable and maxUnavailable exclude each other; set one of them
{{- end }}
{{- if and (not (kindIs "invalid" $least)) (or (eq (toString $least) "100%") (and (not (kindIs "string" $least)) (ge (int $least) (int .Values.replicaCount)))) }}
podDisruptionBudget.minAvailable: {{ $least }} of {{ .Values.replicaCount }} pods must stay, so no node could ever be drained; use maxUnavailable=1
{{- end }}
{{- end }}
{{- end -}}

{{/* With a cluster at hand: the release as it serves now. A layout that never served, because the guard refused it, binds
nobody. Without a cluster (helm template, GitOps) or a running server the guard in the pod finds the same. */}}
{{- define "stalwart.validateUpgrade" -}}
{{- $running := lookup "apps/v1" "Deployment" .Release.Namespace (include "stalwart.fullname" .) | default dict }}
{{- $was := dig "metadata" "annotations" "stalwart/layout" "" $running }}
{{- $now := include "stalwart.layout" . }}
{{- $serves := dig "status" "readyReplicas" 0 $running | int }}
{{- if and $was (gt $serves 0) (ne $was $now) (ne $now "unknown") (not .Values.migration.acknowledge) }}
layout: this release is of layout {{ $was }} and would become {{ $now }}, which can't read the data of {{ $was }}; keep an image of {{ $was }}, or migrate as UPGRADING.md says and set migration.acknowledge=true
{{- end }}
{{- end -}}
