"""Every value does something: changed alone, it changes what is rendered, or it stands here as inert with the reason."""

import concurrent.futures
import functools
import json
import re
import unittest

import helm

# Values that change nothing by themselves.
INERT = {
    "service.nodePortRange": "only says which node ports are a mistake",
}

# Where a value acts only together with others: the settings around it, by the beginning of its name; the longest wins.
AROUND = {
    "mailService": "mailService.enabled=true",
    "mailService.enabled": "",
    "mailService.clusterIP": "mailService.enabled=true,mailService.type=ClusterIP",
    "proxyProtocol.enabled": "proxyProtocol.trustedNetworks={10.0.0.0/8}",
    "proxyProtocol.trustedNetworks": "proxyProtocol.enabled=true,proxyProtocol.trustedNetworks={10.0.0.0/8}",
    "service.loadBalancer": "service.type=LoadBalancer",
    "service.allocateLoadBalancerNodePorts": "service.type=LoadBalancer",
    "service.clusterIP": "service.type=ClusterIP",
    "global.storageClass": "persistence.storageClass=",
    "persistence.emptyDir": "persistence.enabled=false",
    "config.toml": "layout=v0.15,config.source=managed",
    "config.extraToml": "layout=v0.15,config.source=managed",
    "config.hostname": "provisioning.domain=example.org",
    "admin.usernameKey": "admin.existingSecret=mine",
    "provisioning.createAdmin": "provisioning.domain=example.org",
    "recoveryMode": "recoveryMode.enabled=true",
    "recoveryMode.enabled": "",
    "tls.certManager": "tls.certManager.enabled=true,tls.certManager.issuerRef.name=a,tls.certManager.dnsNames={a.example.org}",
    "tls.certManager.enabled": "tls.certManager.issuerRef.name=a,tls.certManager.dnsNames={a.example.org}",
    "tls.mountPath": "tls.existingSecret=mine",
    "podDisruptionBudget": "podDisruptionBudget.enabled=true",
    "podDisruptionBudget.enabled": "",
    "networkPolicy": "networkPolicy.enabled=true",
    "networkPolicy.enabled": "",
    "networkPolicy.extraEgress": "networkPolicy.enabled=true,networkPolicy.allowEgress=false",
    "ingress": "ingress.enabled=true,ingress.hosts[0].host=a.example.org",
    "ingress.enabled": "ingress.hosts[0].host=a.example.org",
    "gateway.httpRoute": "gateway.httpRoute.enabled=true,gateway.httpRoute.parentRefs[0].name=a",
    "gateway.httpRoute.enabled": "gateway.httpRoute.parentRefs[0].name=a",
    "gateway.tcpRoutes": "gateway.tcpRoutes.enabled=true,gateway.tcpRoutes.parentRefs[0].name=a",
    "gateway.tcpRoutes.enabled": "gateway.tcpRoutes.parentRefs[0].name=a",
    "metrics.serviceMonitor": "metrics.enabled=true,metrics.serviceMonitor.enabled=true",
    "metrics.serviceMonitor.enabled": "metrics.enabled=true",
    "metrics.prometheusRule": "metrics.prometheusRule.enabled=true,metrics.prometheusRule.rules[0].record=a",
    "metrics.prometheusRule.enabled": "metrics.prometheusRule.rules[0].record=a",
}

# What a value is changed to, where its type does not tell. By its whole name, or by the last part of it.
OTHER = {
    "layout": "v0.15",
    "replicaCount": 0,
    "service.type": "LoadBalancer",
    "mailService.type": "NodePort",
    "persistence.accessMode": "ReadWriteOncePod",
    "persistence.size": "11Gi",
    "persistence.selector": {"matchLabels": {"a": "b"}},
    "persistence.dataSource": {"kind": "PersistentVolumeClaim", "name": "a"},
    "persistence.emptyDir.sizeLimit": "1Gi",
    "persistence.emptyDir.medium": "Memory",
    "persistence.mountPath": "/var/lib/stalwart",
    "image.pullPolicy": "Always",
    "image.tag": "v0.16.18",
    "bindAddress": "0.0.0.0",
    "config.source": "image",
    "config.dataStore": {"@type": "PostgreSql", "host": "db"},
    "config.existingConfigMap": "mine",
    "config.hostname": "mx.example.org",
    "config.logLevel": "debug",
    "recoveryMode.logLevel": "debug",
    "admin.password": "long-enough-now",
    "provisioning.domain": "example.org",
    "provisioning.extraMethodCalls": [["x:A/set", {}, "a"]],
    "tls.certManager.issuerRef": {"name": "b"},
    "tls.certManager.duration": "24h",
    "tls.mountPath": "/tls",
    "extraEnvFrom": [{"secretRef": {"name": "a"}}],
    "extraVolumeMounts": [{"name": "a", "mountPath": "/a"}],
    "extraObjects": [{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}],
    "lifecycle": {"preStop": {"exec": {"command": ["true"]}}},
    "probes.handler": "httpGet",
    "resources": {"limits": {"memory": "1Gi"}},
    "podSecurityContext": {"runAsUser": 1000},
    "securityContext": {"privileged": False},
    "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 0}},
    "affinity": {"nodeAffinity": {"a": "b"}},
    "dnsPolicy": "Default",
    "dnsConfig": {"nameservers": ["192.0.2.1"]},
    "podDisruptionBudget.minAvailable": 0,
    "podDisruptionBudget.maxUnavailable": 2,
    "ingress.hosts": [{"host": "b.example.org"}],
    "ingress.tls": [{"secretName": "a"}],
    "service.nodePortRange": "30000-40000",
    "metrics.serviceMonitor.interval": "60s",
    "metrics.serviceMonitor.scrapeTimeout": "10s",
    "metrics.serviceMonitor.basicAuth": {"username": {"name": "a", "key": "b"}},
    "gateway.tcpRoutes.ports": ["smtp"],
    "mailService.ports": ["smtp"],
    "nodePorts": {"smtp": 30025},
    "externalTrafficPolicy": "Local",
    "internalTrafficPolicy": "Local",
    "sessionAffinity": "ClientIP",
    "clusterIP": "10.96.0.99",
    "ipFamilyPolicy": "SingleStack",
    "ipFamilies": ["IPv4"],
    "allocateLoadBalancerNodePorts": False,
    "externalIPs": ["192.0.2.1"],
    "digest": "sha256:" + "0" * 64,
    "custom": {"tcpSocket": {"port": 25}},
    "path": "/healthz/other",
    "hostPorts": {"smtp": 25},
    "dnsNames": ["b.example.org"], "hostnames": ["b.example.org"], "command": ["true"], "args": ["--help"],
}
LISTS_OF_TEXT = ("trustedNetworks", "loadBalancerSourceRanges")


def leaves(values, path=""):
    for key, value in values.items():
        if isinstance(value, dict) and value:
            yield from leaves(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", value


def changed(name, value):
    for known in (name, name.rsplit(".", 1)[-1]):
        if known in OTHER:
            return OTHER[known]
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str):
        return "changed"
    if isinstance(value, list):
        return ["198.51.100.0/24"] if name.rsplit(".", 1)[-1] in LISTS_OF_TEXT else [{"name": "changed"}]
    return {"example.org/changed": "changed"}


def around(name):
    """The settings around a value, as helm's arguments. As JSON, because what is given last wins only among equals."""
    nearest = max((start for start in AROUND if name.startswith(start)), key=len, default="")
    settings = re.findall(r"([^,=]+)=(\{[^}]*\}|[^,]*)", AROUND.get(nearest, ""))
    if name == "image.digest":
        settings.append(("layout", "v0.16"))
    return [arg for path, text in settings for arg in setting(path, typed(text))]


def typed(text):
    if text.startswith("{"):
        return text.strip("{}").split(",")
    return {"true": True, "false": False}.get(text, text)


@functools.lru_cache(maxsize=None)
def render(*args):
    return helm.stable(helm.template(*args))


def setting(name, value):
    return ("--set-json", f"{name}={json.dumps(value)}")


def effect(name, value):
    """Nothing when the change is seen, otherwise what is wrong."""
    base = around(name)
    try:
        before, after = render(*base), helm.stable(helm.template(*base, *setting(name, changed(name, value))))
    except helm.HelmError as error:
        return f"{name}: {error}"
    if (before == after) == (name in INERT):
        return None
    return f"{name}: changes nothing" if before == after else f"{name}: is not inert"


def null(name):
    try:
        helm.template(*setting(name, None))
    except helm.HelmError as error:
        return f"{name}=null: {error}"
    return None


def at_once(function, *lists):
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return [found for found in pool.map(function, *lists) if found]


class LeafTest(unittest.TestCase):
    maxDiff = None

    def test_every_value_does_something(self):
        found = dict(leaves(helm.values()))
        self.assertGreater(len(found), 150)
        self.assertEqual(at_once(effect, found, found.values()), [])

    def test_inert_values_exist(self):
        self.assertEqual(set(INERT) - set(dict(leaves(helm.values()))), set())

    def test_null_instead_of_any_value_renders(self):
        values = helm.values()
        maps = [name for name, value in values.items() if isinstance(value, dict)]
        self.assertEqual(at_once(null, [*dict(leaves(values)), *maps]), [])
