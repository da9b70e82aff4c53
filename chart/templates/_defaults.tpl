{{/* values.yaml as JSON, made by `make docs`. See stalwart.init. */}}
{{- define "stalwart.defaults" -}}
{
 "global": {
  "imageRegistry": "",
  "imagePullSecrets": [],
  "storageClass": ""
 },
 "nameOverride": "",
 "fullnameOverride": "",
 "commonLabels": {},
 "commonAnnotations": {},
 "image": {
  "repository": "stalwartlabs/stalwart",
  "pullPolicy": "IfNotPresent",
  "tag": "latest",
  "digest": ""
 },
 "imagePullSecrets": [],
 "layout": "auto",
 "replicaCount": 1,
 "service": {
  "type": "NodePort",
  "ports": {
   "http": 8080,
   "https": 443,
   "smtp": 25,
   "submission": 587,
   "smtps": 465,
   "imap": 143,
   "imaps": 993,
   "sieve": 4190
  },
  "nodePorts": {},
  "nodePortRange": "30000-32767",
  "externalTrafficPolicy": "",
  "internalTrafficPolicy": "",
  "sessionAffinity": "",
  "clusterIP": "",
  "externalIPs": [],
  "loadBalancerIP": "",
  "loadBalancerClass": "",
  "loadBalancerSourceRanges": [],
  "allocateLoadBalancerNodePorts": null,
  "ipFamilyPolicy": "",
  "ipFamilies": [],
  "annotations": {},
  "labels": {}
 },
 "mailService": {
  "enabled": false,
  "type": "LoadBalancer",
  "ports": [
   "smtp",
   "submission",
   "smtps",
   "imap",
   "imaps",
   "sieve"
  ],
  "nodePorts": {},
  "externalTrafficPolicy": "",
  "internalTrafficPolicy": "",
  "sessionAffinity": "",
  "clusterIP": "",
  "externalIPs": [],
  "loadBalancerIP": "",
  "loadBalancerClass": "",
  "loadBalancerSourceRanges": [],
  "allocateLoadBalancerNodePorts": null,
  "ipFamilyPolicy": "",
  "ipFamilies": [],
  "annotations": {},
  "labels": {}
 },
 "containerPorts": {
  "http": 8080,
  "https": 443,
  "smtp": 25,
  "submission": 587,
  "smtps": 465,
  "imap": 143,
  "imaps": 993,
  "sieve": 4190
 },
 "bindAddress": "[::]",
 "proxyProtocol": {
  "enabled": false,
  "trustedNetworks": []
 },
 "trustedNetworks": [],
 "persistence": {
  "enabled": true,
  "storageClass": "standard",
  "accessMode": "ReadWriteOnce",
  "size": "10Gi",
  "mountPath": "/opt/stalwart",
  "existingClaim": "",
  "subPath": "",
  "keep": true,
  "annotations": {},
  "labels": {},
  "selector": {},
  "volumeName": "",
  "dataSource": {},
  "emptyDir": {
   "sizeLimit": "",
   "medium": ""
  }
 },
 "config": {
  "source": "auto",
  "hostname": "",
  "dataStore": {},
  "toml": "",
  "extraToml": "",
  "existingConfigMap": "",
  "logLevel": "info"
 },
 "admin": {
  "enabled": true,
  "username": "admin",
  "password": "",
  "existingSecret": "",
  "passwordKey": "admin-password",
  "usernameKey": "",
  "recovery": true
 },
 "provisioning": {
  "enabled": true,
  "domain": "",
  "createAdmin": false,
  "extraMethodCalls": [],
  "timeoutSeconds": 300
 },
 "recoveryMode": {
  "enabled": false,
  "port": 8080,
  "logLevel": "info"
 },
 "cluster": {
  "role": "",
  "pushShard": "",
  "publicUrl": ""
 },
 "migration": {
  "acknowledge": false
 },
 "layoutGuard": {
  "enabled": true
 },
 "tls": {
  "existingSecret": "",
  "certManager": {
   "enabled": false,
   "issuerRef": {},
   "dnsNames": [],
   "duration": ""
  },
  "mountPath": "/etc/stalwart-tls"
 },
 "extraEnv": [],
 "extraEnvFrom": [],
 "extraVolumes": [],
 "extraVolumeMounts": [],
 "extraInitContainers": [],
 "extraContainers": [],
 "command": [],
 "args": [],
 "lifecycle": {},
 "extraObjects": [],
 "probes": {
  "handler": "auto",
  "liveness": {
   "enabled": true,
   "path": "/healthz/live",
   "initialDelaySeconds": 30,
   "periodSeconds": 10,
   "timeoutSeconds": 5,
   "failureThreshold": 3,
   "custom": {}
  },
  "readiness": {
   "enabled": true,
   "path": "/healthz/ready",
   "initialDelaySeconds": 5,
   "periodSeconds": 10,
   "timeoutSeconds": 5,
   "failureThreshold": 3,
   "custom": {}
  },
  "startup": {
   "enabled": true,
   "path": "/healthz/live",
   "initialDelaySeconds": 0,
   "periodSeconds": 2,
   "timeoutSeconds": 5,
   "failureThreshold": 150,
   "custom": {}
  }
 },
 "resources": {},
 "resizePolicy": [],
 "podSecurityContext": null,
 "securityContext": null,
 "volumePermissions": {
  "enabled": false
 },
 "serviceAccount": {
  "create": true,
  "name": "",
  "annotations": {},
  "automountServiceAccountToken": false
 },
 "strategy": {},
 "terminationGracePeriodSeconds": 30,
 "revisionHistoryLimit": 3,
 "minReadySeconds": 0,
 "progressDeadlineSeconds": 600,
 "podAnnotations": {},
 "podLabels": {},
 "nodeSelector": {},
 "tolerations": [],
 "affinity": {},
 "topologySpreadConstraints": [],
 "priorityClassName": "",
 "runtimeClassName": "",
 "schedulerName": "",
 "hostNetwork": false,
 "hostPorts": {},
 "dnsPolicy": "",
 "dnsConfig": {},
 "hostAliases": [],
 "enableServiceLinks": false,
 "podDisruptionBudget": {
  "enabled": false,
  "minAvailable": null,
  "maxUnavailable": null
 },
 "networkPolicy": {
  "enabled": false,
  "ingressFrom": [],
  "httpFrom": [],
  "allowEgress": true,
  "extraIngress": [],
  "extraEgress": []
 },
 "ingress": {
  "enabled": false,
  "className": "",
  "annotations": {},
  "hosts": [],
  "tls": []
 },
 "gateway": {
  "httpRoute": {
   "enabled": false,
   "parentRefs": [],
   "hostnames": [],
   "annotations": {},
   "labels": {}
  },
  "tcpRoutes": {
   "enabled": false,
   "parentRefs": [],
   "ports": [
    "smtp",
    "submission",
    "smtps",
    "imap",
    "imaps",
    "sieve"
   ],
   "annotations": {},
   "labels": {}
  }
 },
 "metrics": {
  "enabled": false,
  "serviceMonitor": {
   "enabled": false,
   "interval": "30s",
   "scrapeTimeout": "",
   "labels": {},
   "annotations": {},
   "basicAuth": {},
   "metricRelabelings": [],
   "relabelings": []
  },
  "prometheusRule": {
   "enabled": false,
   "labels": {},
   "rules": []
  }
 },
 "tests": {
  "enabled": true,
  "image": "",
  "timeoutSeconds": 60
 }
}
{{- end -}}
