{{/* The pods of `helm test`. */}}

{{/* The ports of a Service as port-check.sh wants them: NAME:PORT:WORDS. (list . "service") */}}
{{- define "stalwart.testedPorts" -}}
{{- $root := index . 0 -}}
{{- $names := include "stalwart.servicePorts" . | fromJsonArray -}}
{{- range include "stalwart.listeners" $root | fromYamlArray }}
{{- if has .name $names }}
- {{ printf "%s:%v:%s" .name (index $root.Values.service.ports .name) (ternary "tls" (replace "manageSieve" "sieve" .protocol) .tls) }}
{{- end }}
{{- end }}
{{- end -}}

{{/* (list . host ports "ConfigMap of the script"). It needs no rights, so that it runs in a restricted namespace too. */}}
{{- define "stalwart.testPodSpec" -}}
{{- $root := index . 0 -}}
restartPolicy: Never
automountServiceAccountToken: false
enableServiceLinks: false
{{- with concat $root.Values.global.imagePullSecrets $root.Values.imagePullSecrets | uniq }}
imagePullSecrets:
{{ toYaml . }}
{{- end }}
securityContext:
  runAsGroup: 65534
  runAsNonRoot: true
  runAsUser: 65534
  seccompProfile:
    type: RuntimeDefault
containers:
- name: test
  image: {{ tpl $root.Values.tests.image $root | default (include "stalwart.image" $root) | quote }}
  imagePullPolicy: {{ $root.Values.image.pullPolicy }}
  command:
  - /bin/sh
  - /chart/port-check.sh
  - {{ printf "%s.%s.svc" (index . 1) $root.Release.Namespace }}
  - {{ $root.Values.tests.timeoutSeconds | toString | quote }}
  {{- range index . 2 }}
  - {{ . }}
  {{- end }}
  securityContext:
    allowPrivilegeEscalation: false
    capabilities:
      drop:
      - ALL
    readOnlyRootFilesystem: true
  volumeMounts:
  - name: script
    mountPath: /chart
    readOnly: true
volumes:
- name: script
  configMap:
    name: {{ index . 3 }}
{{- with $root.Values.tolerations }}
tolerations:
{{ toYaml . }}
{{- end }}
{{- end -}}
