{{/* values.yaml as JSON, made by `make docs`: change that. See stalwart.init. */}}
{{- define "stalwart.defaults" -}}
{
 "admin": {
  "enabled": true,
  "existingSecret": "",
  "password": "",
  "passwordKey": "admin-password",
  "recovery": true,
  "username": "admin",
  "usernameKey": ""
 },
 "affinity": {},
 "args": [],
 "bindAddress": "[::]",
 "cluster": {
  "publicUrl": "",
  "pushShard": "",
  "role": ""
 },
 "command": [],
 "commonAnnotations": {},
 "commonLabels": {},
 "config": {
  "dataStore": {},
  "existingConfigMap": "",
  "extraToml": "",
  "hostname": "",
  "logLevel": "info",
  "source": "auto",
  "toml": ""
 },
 "containerPorts": {
  "http": 8080,
  "https": 443,
  "imap": 143,
  "imaps": 993,
  "sieve": 4190,
  "smtp": 25,
  "smtps": 465,
  "submission": 587
 },
 "dnsConfig": {},
 "dnsPolicy": "",
 "enableServiceLinks": false,
 "extraContainers": [],
 "extraEnv": [],
 "extraEnvFrom": [],
 "extraInitContainers": [],
 "extraObjects": [],
 "extraVolumeMounts": [],
 "extraVolumes": [],
 "fullnameOverride": "",
 "gateway": {
  "httpRoute": {
   "annotations": {},
   "enabled": false,
   "hostnames": [],
   "labels": {},
   "parentRefs": []
  },
  "tcpRoutes": {
   "annotations": {},
   "enabled": false,
   "labels": {},
   "parentRefs": [],
   "ports": [
    "smtp",
    "submission",
    "smtps",
    "imap",
    "imaps",
    "sieve"
   ]
  }
 },
 "global": {
  "imagePullSecrets": [],
  "imageRegistry": "",
  "storageClass": ""
 },
 "hostAliases": [],
 "hostNetwork": false,
 "hostPorts": {},
 "image": {
  "digest": "",
  "pullPolicy": "IfNotPresent",
  "repository": "stalwartlabs/stalwart",
  "tag": "latest"
 },
 "imagePullSecrets": [],
 "ingress": {
  "annotations": {},
  "className": "",
  "enabled": false,
  "hosts": [],
  "tls": []
 },
 "layout": "auto",
 "layoutGuard": {
  "enabled": true
 },
 "lifecycle": {},
 "mailService": {
  "allocateLoadBalancerNodePorts": null,
  "annotations": {},
  "clusterIP": "",
  "enabled": false,
  "externalIPs": [],
  "externalTrafficPolicy": "",
  "internalTrafficPolicy": "",
  "ipFamilies": [],
  "ipFamilyPolicy": "",
  "labels": {},
  "loadBalancerClass": "",
  "loadBalancerIP": "",
  "loadBalancerSourceRanges": [],
  "nodePorts": {},
  "ports": [
   "smtp",
   "submission",
   "smtps",
   "imap",
   "imaps",
   "sieve"
  ],
  "sessionAffinity": "",
  "type": "LoadBalancer"
 },
 "metrics": {
  "enabled": false,
  "prometheusRule": {
   "enabled": false,
   "labels": {},
   "rules": []
  },
  "serviceMonitor": {
   "annotations": {},
   "basicAuth": {},
   "enabled": false,
   "interval": "30s",
   "labels": {},
   "metricRelabelings": [],
   "relabelings": [],
   "scrapeTimeout": ""
  }
 },
 "migration": {
  "acknowledge": false
 },
 "minReadySeconds": 0,
 "nameOverride": "",
 "networkPolicy": {
  "allowEgress": true,
  "enabled": false,
  "extraEgress": [],
  "extraIngress": [],
  "httpFrom": [],
  "ingressFrom": []
 },
 "nodeSelector": {},
 "persistence": {
  "accessMode": "ReadWriteOnce",
  "annotations": {},
  "dataSource": {},
  "emptyDir": {
   "medium": "",
   "sizeLimit": ""
  },
  "enabled": true,
  "existingClaim": "",
  "keep": true,
  "labels": {},
  "mountPath": "/opt/stalwart",
  "selector": {},
  "size": "10Gi",
  "storageClass": "standard",
  "subPath": "",
  "volumeName": ""
 },
 "podAnnotations": {},
 "podDisruptionBudget": {
  "enabled": false,
  "maxUnavailable": null,
  "minAvailable": null
 },
 "podLabels": {},
 "podSecurityContext": null,
 "priorityClassName": "",
 "probes": {
  "handler": "auto",
  "liveness": {
   "custom": {},
   "enabled": true,
   "failureThreshold": 3,
   "initialDelaySeconds": 30,
   "path": "/healthz/live",
   "periodSeconds": 10,
   "timeoutSeconds": 5
  },
  "readiness": {
   "custom": {},
   "enabled": true,
   "failureThreshold": 3,
   "initialDelaySeconds": 5,
   "path": "/healthz/ready",
   "periodSeconds": 10,
   "timeoutSeconds": 5
  },
  "startup": {
   "custom": {},
   "enabled": true,
   "failureThreshold": 150,
   "initialDelaySeconds": 0,
   "path": "/healthz/live",
   "periodSeconds": 2,
   "timeoutSeconds": 5
  }
 },
 "progressDeadlineSeconds": 600,
 "provisioning": {
  "createAdmin": false,
  "domain": "",
  "enabled": true,
  "extraMethodCalls": [],
  "timeoutSeconds": 300
 },
 "proxyProtocol": {
  "enabled": false,
  "trustedNetworks": []
 },
 "recoveryMode": {
  "enabled": false,
  "logLevel": "info",
  "port": 8080
 },
 "replicaCount": 1,
 "resizePolicy": [],
 "resources": {},
 "revisionHistoryLimit": 3,
 "runtimeClassName": "",
 "schedulerName": "",
 "securityContext": null,
 "service": {
  "allocateLoadBalancerNodePorts": null,
  "annotations": {},
  "clusterIP": "",
  "externalIPs": [],
  "externalTrafficPolicy": "",
  "internalTrafficPolicy": "",
  "ipFamilies": [],
  "ipFamilyPolicy": "",
  "labels": {},
  "loadBalancerClass": "",
  "loadBalancerIP": "",
  "loadBalancerSourceRanges": [],
  "nodePortRange": "30000-32767",
  "nodePorts": {},
  "ports": {
   "http": 8080,
   "https": 443,
   "imap": 143,
   "imaps": 993,
   "sieve": 4190,
   "smtp": 25,
   "smtps": 465,
   "submission": 587
  },
  "sessionAffinity": "",
  "type": "NodePort"
 },
 "serviceAccount": {
  "annotations": {},
  "automountServiceAccountToken": false,
  "create": true,
  "name": ""
 },
 "strategy": {},
 "terminationGracePeriodSeconds": 30,
 "tests": {
  "enabled": true,
  "image": "",
  "timeoutSeconds": 60
 },
 "tls": {
  "certManager": {
   "dnsNames": [],
   "duration": "",
   "enabled": false,
   "issuerRef": {}
  },
  "existingSecret": "",
  "mountPath": "/etc/stalwart-tls"
 },
 "tolerations": [],
 "topologySpreadConstraints": [],
 "trustedNetworks": [],
 "volumePermissions": {
  "enabled": false
 }
}
{{- end -}}
