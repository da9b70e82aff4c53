{{/* What is wrong with one of the two Services: (list . "service" or "mailService"). */}}
{{- define "stalwart.validateOneService" -}}
{{- $root := index . 0 -}}
{{- $name := index . 1 -}}
{{- $service := index $root.Values $name -}}
{{- $type := $service.type -}}
{{- include "stalwart.validateNodePorts" . }}
{{- if and $service.externalTrafficPolicy (eq $type "ClusterIP") }}
{{ $name }}.externalTrafficPolicy: a Service of type ClusterIP has no traffic from outside; leave it empty, or set {{ $name }}.type to NodePort or LoadBalancer
{{- end }}
{{- if ne $type "LoadBalancer" }}
{{- range $field := list "loadBalancerIP" "loadBalancerClass" "loadBalancerSourceRanges" }}
{{- if index $service $field }}
{{ $name }}.{{ $field }}: is for load balancers only; set {{ $name }}.type=LoadBalancer, or leave it empty
{{- end }}
{{- end }}
{{- if not (kindIs "invalid" $service.allocateLoadBalancerNodePorts) }}
{{ $name }}.allocateLoadBalancerNodePorts: is for load balancers only; set {{ $name }}.type=LoadBalancer, or leave it null
{{- end }}
{{- end }}
{{- if and (eq $service.clusterIP "None") (ne $type "ClusterIP") }}
{{ $name }}.clusterIP: None is for type ClusterIP only; set {{ $name }}.type=ClusterIP, or leave it empty
{{- end }}
{{- end -}}

{{- define "stalwart.validateNodePorts" -}}
{{- $root := index . 0 -}}
{{- $name := index . 1 -}}
{{- $service := index $root.Values $name -}}
{{- $ports := include "stalwart.servicePorts" . | fromJsonArray -}}
{{- $range := $root.Values.service.nodePortRange -}}
{{- $first := index (splitList "-" $range) 0 | int -}}
{{- $last := index (splitList "-" $range) 1 | int -}}
{{- range $port, $number := $service.nodePorts }}
{{- if $number }}
{{- if eq $service.type "ClusterIP" }}
{{ $name }}.nodePorts.{{ $port }}: a Service of type ClusterIP has no node ports; set {{ $name }}.type to NodePort or LoadBalancer, or leave it out
{{- else if not (has $port $ports) }}
{{ $name }}.nodePorts.{{ $port }}: this Service has no port {{ $port }}; it has {{ join ", " $ports }}
{{- else if or (lt (int $number) $first) (gt (int $number) $last) }}
{{ $name }}.nodePorts.{{ $port }}: {{ $number }} is outside the cluster's range {{ $range }}; choose one inside, or correct service.nodePortRange
{{- end }}
{{- range $other, $taken := $service.nodePorts }}
{{- if and (eq (toString $taken) (toString $number)) (lt $port $other) }}
{{ $name }}.nodePorts.{{ $other }}: {{ $number }} is the node port of {{ $port }} already; choose another one
{{- end }}
{{- end }}
{{- if and (eq $name "mailService") (has (toString $number) (include "stalwart.numbers" $root.Values.service.nodePorts | fromJsonArray)) }}
mailService.nodePorts.{{ $port }}: {{ $number }} is in service.nodePorts already; choose another one
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "stalwart.numbers" -}}
{{- $numbers := list -}}
{{- range . -}}{{- $numbers = append $numbers (toString .) -}}{{- end -}}
{{- $numbers | toJson -}}
{{- end -}}
