{{/* One of the two Services: (list . "service" "its name"). */}}
{{- define "stalwart.service" -}}
{{- $root := index . 0 -}}
{{- $values := index $root.Values (index . 1) -}}
apiVersion: v1
kind: Service
metadata:
  {{- include "stalwart.metadata" (dict "root" $root "name" (index . 2) "annotations" $values.annotations "labels" $values.labels) | nindent 2 }}
spec:
  type: {{ $values.type }}
  {{- range $field := list "clusterIP" "externalTrafficPolicy" "internalTrafficPolicy" "ipFamilyPolicy" "loadBalancerClass" "loadBalancerIP" "sessionAffinity" }}
  {{- with index $values $field }}
  {{ $field }}: {{ . | quote }}
  {{- end }}
  {{- end }}
  {{- if not (kindIs "invalid" $values.allocateLoadBalancerNodePorts) }}
  allocateLoadBalancerNodePorts: {{ $values.allocateLoadBalancerNodePorts }}
  {{- end }}
  {{- range $field := list "externalIPs" "ipFamilies" "loadBalancerSourceRanges" }}
  {{- with index $values $field }}
  {{ $field }}:
  {{- toYaml . | nindent 2 }}
  {{- end }}
  {{- end }}
  ports:
  {{- range $name := include "stalwart.servicePorts" (list $root (index . 1)) | fromJsonArray }}
  - name: {{ $name }}
    port: {{ index $root.Values.service.ports $name }}
    targetPort: {{ index $root.Values.containerPorts $name }}
    {{- with index $values.nodePorts $name }}
    nodePort: {{ . }}
    {{- end }}
  {{- end }}
  selector:
    {{- include "stalwart.selectorLabels" $root | nindent 4 }}
{{- end -}}
