"""Values that must be refused, each with the words that the user gets: the value's path, the reason, what to do."""

import json
import unittest

import helm

V015 = "image.tag=v0.15.5"
V016 = "image.tag=v0.16.18"

# By the schema: what helm is told, and where it says the mistake is.
SCHEMA = [
    ("replicas=2", "additional properties 'replicas' not allowed"),
    ("service.prots.smtp=25", "at '/service': additional properties 'prots' not allowed"),
    ("service.ports.smpt=25", "at '/service/ports': additional properties 'smpt' not allowed"),
    ("service.ports.smtp=0", "at '/service/ports/smtp'"),
    ("service.ports.smtp=65536", "at '/service/ports/smtp'"),
    ("service.ports.smtp=smtp", "at '/service/ports/smtp'"),
    ("service.type=Nodeport", "at '/service/type': value must be one of 'ClusterIP', 'NodePort', 'LoadBalancer'"),
    ("service.nodePorts.mail=30025", "at '/service/nodePorts': additional properties 'mail' not allowed"),
    ("service.externalTrafficPolicy=local", "at '/service/externalTrafficPolicy'"),
    ("service.ipFamilies={IPv5}", "at '/service/ipFamilies/0'"),
    ("mailService.ports={http}", "at '/mailService/ports/0'"),
    ("image.pullPolicy=always", "at '/image/pullPolicy'"),
    ("image.repository=stalwartlabs/stalwart:v0.15.5", "at '/image/repository'"),
    ("image.digest=v0.15.5", "at '/image/digest'"),
    ("image.tag=a b", "at '/image/tag'"),
    ("layout=v0.14", "at '/layout': value must be one of 'auto', 'v0.15', 'v0.16'"),
    ("replicaCount=-1", "at '/replicaCount': minimum: got -1, want 0"),
    ("persistence.enabled=yes", "at '/persistence/enabled': got string, want boolean"),
    ("persistence.size=10 GB", "at '/persistence/size'"),
    ("persistence.accessMode=RWO", "at '/persistence/accessMode'"),
    ("persistence.mountPath=opt/stalwart", "at '/persistence/mountPath'"),
    ("persistence.mountPath=/opt/stalwart/", "at '/persistence/mountPath'"),
    ("persistence.mountPath=/", "at '/persistence/mountPath'"),
    ("config.hostname=mail_1.example.org", "at '/config/hostname'"),
    ("config.logLevel=verbose", "at '/config/logLevel'"),
    ("provisioning.domain=example", "at '/provisioning/domain'"),
    ("admin.password=short", "at '/admin/password'"),
    ("trustedNetworks={nodes}", "at '/trustedNetworks/0'"),
    ("podLabels.tier=1", "at '/podLabels/tier': got number, want string"),
    ("extraEnv[0].nam=TZ", "at '/extraEnv/0'"),
    ("livenessProbe.periodSeconds=5", "additional properties 'livenessProbe' not allowed"),
    ("probes.liveness.httpGet.path=/", "at '/probes/liveness': additional properties 'httpGet' not allowed"),
    ("probes.handler=http", "at '/probes/handler'"),
    ("strategy.type=Rolling", "at '/strategy/type'"),
    ("tls.certManager.issuer=public", "at '/tls/certManager': additional properties 'issuer' not allowed"),
]

# By the chart itself: several may stand in one message.
TOGETHER = [
    (f"replicaCount=2,{V015}", "replicaCount: 2 servers would share one data store, but one process owns its files; set replicaCount to 1"),
    (f"replicaCount=2,{V016}", "set replicaCount to 1, or config.dataStore to a database server"),
    ("replicaCount=2", "replicaCount: 2 pods can't share a claim of access mode ReadWriteOnce; set persistence.accessMode=ReadWriteMany"),
    ("strategy.type=RollingUpdate", "strategy: a rolling update starts the new server while the old one has"),
    ("persistence.accessMode=ReadOnlyMany", "persistence.accessMode: a mail server can't write to a ReadOnlyMany claim"),
    ("image.tag=edge", "layout: auto can't tell from image.tag \"edge\" which layout the image has; set layout to v0.15"),
    ("image.digest=sha256:" + "0" * 64, "layout: auto can't tell from image.tag \"latest\" with image.digest"),
    (f"{V015},persistence.mountPath=/var/mail", "persistence.mountPath: the image writes to /opt/stalwart whatever is mounted"),
    ("persistence.mountPath=/etc/stalwart", "persistence.mountPath: a volume at /etc/stalwart hides what the image or the chart has there"),
    ("persistence.mountPath=/usr", "persistence.mountPath: a volume at /usr hides"),
    ("extraVolumeMounts[0].name=x,extraVolumeMounts[0].mountPath=/opt/stalwart", "extraVolumeMounts: /opt/stalwart is taken"),
    ("tls.existingSecret=t,tls.mountPath=/opt/stalwart", "tls.mountPath: /opt/stalwart is persistence.mountPath"),
    ("config.dataStore.@type=RocksDb,config.dataStore.path=/var/lib/stalwart",
     "config.dataStore.path: \"/var/lib/stalwart\" is not below persistence.mountPath /opt/stalwart, so nothing would be kept"),
    ("service.ports.http=443", "service.ports.https: 443 is the port of http already"),
    (",".join(f"service.ports.{p}=null" for p in helm.PORTS), "service.ports: all ports are null"),
    ("containerPorts.smtp=587", "containerPorts.submission: 587 is the port of smtp already"),
    (f"{V015},containerPorts.smtp=2525", "containerPorts: with config.source=image the image decides where it listens"),
    (f"{V015},probes.handler=exec", "probes.handler: the image of layout v0.15 has no curl for exec"),
    ("service.nodePorts.smtp=25", "service.nodePorts.smtp: 25 is outside the cluster's range 30000-32767"),
    ("service.nodePorts.smtp=30025,service.nodePorts.imap=30025", "service.nodePorts.smtp: 30025 is the node port of imap already"),
    ("service.nodePorts.sieve=30190,service.ports.sieve=null", "service.nodePorts.sieve: this Service has no port sieve; it has http,"),
    ("service.type=ClusterIP,service.nodePorts.smtp=30025", "service.nodePorts.smtp: a Service of type ClusterIP has no node ports"),
    ("mailService.enabled=true,service.nodePorts.smtp=30025", "service.nodePorts.smtp: this Service has no port smtp; it has http, https"),
    ("mailService.enabled=true,mailService.nodePorts.smtp=30025,service.nodePorts.http=30025",
     "mailService.nodePorts.smtp: 30025 is in service.nodePorts already"),
    ("mailService.enabled=true,mailService.ports={smtp},service.ports.smtp=null", "mailService.ports: names no port that service.ports has"),
    ("service.type=ClusterIP,service.externalTrafficPolicy=Local", "service.externalTrafficPolicy: a Service of type ClusterIP has no traffic"),
    ("service.loadBalancerIP=192.0.2.1", "service.loadBalancerIP: is for load balancers only"),
    ("service.loadBalancerClass=x/y", "service.loadBalancerClass: is for load balancers only"),
    ("service.loadBalancerSourceRanges={192.0.2.0/24}", "service.loadBalancerSourceRanges: is for load balancers only"),
    ("service.allocateLoadBalancerNodePorts=false", "service.allocateLoadBalancerNodePorts: is for load balancers only"),
    ("mailService.enabled=true,mailService.type=NodePort,mailService.loadBalancerIP=192.0.2.1", "mailService.loadBalancerIP: is for"),
    ("service.clusterIP=None", "service.clusterIP: None is for type ClusterIP only"),
    ("proxyProtocol.enabled=true", "proxyProtocol.trustedNetworks: without them anybody could claim any address"),
    (f"{V015},proxyProtocol.enabled=true,proxyProtocol.trustedNetworks={{10.0.0.0/8}}", "proxyProtocol.enabled: with config.source=image"),
    (f"{V015},trustedNetworks={{10.0.0.0/8}}", "trustedNetworks: with config.source=image the chart writes no settings"),
    ("config.source=image,config.existingConfigMap=mine", "config.source: image reads neither config.existingConfigMap nor config.dataStore"),
    (f"{V016},config.toml=x", "config.toml: Stalwart 0.16 reads config.json only"),
    (f"{V016},config.extraToml=x", "config.toml: Stalwart 0.16 reads config.json only"),
    (f"{V016},config.source=seeded", "config.source: seeded is for layout v0.15"),
    (f"{V016},config.hostname=mail.example.org", "config.hostname: Stalwart 0.16 stores the host name together with a default domain"),
    (f"{V015},config.dataStore.@type=PostgreSql", "config.dataStore: is for layout v0.16"),
    (f"{V015},provisioning.domain=example.org", "provisioning: is for layout v0.16"),
    (f"{V015},recoveryMode.enabled=true", "recoveryMode.enabled: Stalwart 0.15 has no recovery mode"),
    (f"{V015},cluster.role=x", "cluster.role: is for layout v0.16"),
    (f"{V015},config.extraToml=x", "config.toml: with config.source=image nobody would read it"),
    ("admin.password=changeme", "admin.password: this one is the first that an attacker tries"),
    ("admin.username=postmaster,admin.password=postmaster", "admin.password: this one is the first that an attacker tries"),
    ("admin.username=a:b", "admin.username: \"a:b\" has a colon"),
    ("admin.existingSecret=s,admin.password=long-enough", "admin.existingSecret: admin.password is given too"),
    (f"{V015},admin.username=root", "admin.username: with config.source=image Stalwart 0.15 knows only the name admin"),
    ("admin.enabled=false,provisioning.createAdmin=true,provisioning.domain=example.org", "provisioning.createAdmin: takes the password of admin"),
    ("provisioning.createAdmin=true", "provisioning.createAdmin: an account needs a domain"),
    (f"{V016},securityContext.capabilities.drop={{ALL}}", "securityContext.capabilities: the program of Stalwart 0.16 carries NET_BIND_SERVICE"),
    ("podSecurityContext.runAsNonRoot=true,podSecurityContext.runAsUser=0", "podSecurityContext.runAsUser: 0 is root, which runAsNonRoot forbids"),
    (f"{V015},podSecurityContext.runAsUser=2000", "podSecurityContext.runAsUser: as user 2000 Stalwart 0.15 can't listen below 1024"),
    ("hostNetwork=true,podSecurityContext.sysctls[0].name=x", "podSecurityContext.sysctls: a pod on the node's network may not change them"),
    (f"{V015},extraEnv[0].name=RUN_AS_USER", "securityContext.capabilities: the server can't change its user as RUN_AS_USER"),
    ("recoveryMode.enabled=true,layoutGuard.enabled=false", "recoveryMode.enabled: recovery mode wipes a store of Stalwart 0.15"),
    ("hostNetwork=true,replicaCount=2", "hostNetwork: 2 pods on one node would want the same ports"),
    ("hostPorts.smtp=25,strategy.type=RollingUpdate", "hostPorts: a rolling update starts the new pod while the old one has"),
    ("hostNetwork=true,hostPorts.smtp=2525", "hostPorts.smtp: with hostNetwork the node's port is the container's, 25"),
    ("ingress.enabled=true", "ingress.hosts: an Ingress without hosts leads nowhere"),
    ("ingress.enabled=true,ingress.hosts[0].host=a,service.ports.http=null", "ingress.enabled: leads to the port http"),
    ("gateway.httpRoute.enabled=true", "gateway.httpRoute.parentRefs: a route needs a Gateway"),
    ("gateway.tcpRoutes.enabled=true", "gateway.tcpRoutes.parentRefs: a route needs a Gateway"),
    ("gateway.tcpRoutes.enabled=true,service.ports.imap=null", "gateway.tcpRoutes.ports: imap is not in service.ports"),
    ("metrics.serviceMonitor.enabled=true", "metrics.serviceMonitor.enabled: there is nothing to scrape"),
    ("metrics.prometheusRule.enabled=true", "metrics.prometheusRule.rules: a PrometheusRule without rules is refused"),
    ("tls.certManager.enabled=true", "tls.certManager.issuerRef: a Certificate needs an issuer"),
    ("tls.certManager.enabled=true,tls.certManager.issuerRef.name=x", "tls.certManager.dnsNames: there is no name to put into"),
    ("tls.certManager.enabled=true,tls.existingSecret=x", "tls.existingSecret: tls.certManager.enabled makes a Secret of its own"),
    ("podDisruptionBudget.enabled=true,podDisruptionBudget.minAvailable=0,podDisruptionBudget.maxUnavailable=1",
     "podDisruptionBudget: minAvailable and maxUnavailable exclude each other"),
    ("podDisruptionBudget.enabled=true,podDisruptionBudget.minAvailable=1", "podDisruptionBudget.minAvailable: 1 of 1 pods must stay"),
]

# Goes by the release that is there: scenarios/chart/ has it.
NEEDS_A_CLUSTER = ["this release is of layout"]


def refusal(settings, *more):
    """What helm says, as it would be said, or None when the values pass."""
    try:
        helm.template("--set", settings, *more)
    except helm.HelmError as error:
        return str(error)
    return None


class SchemaTest(unittest.TestCase):
    def test_each_is_refused_with_its_path(self):
        for settings, words in SCHEMA:
            with self.subTest(settings):
                self.assertIn(words, refusal(settings) or "(passed)")

    def test_a_quoted_port_is_refused(self):
        with self.assertRaises(helm.HelmError) as refused:
            helm.template("--set-string", "service.ports.http=8080")
        self.assertIn("at '/service/ports/http'", str(refused.exception))

    def test_the_schema_knows_every_value_and_no_other(self):
        schema = json.loads((helm.CHART / "values.schema.json").read_text())

        def differences(rule, values, path):
            while "$ref" in rule:
                rule = schema["definitions"][rule["$ref"].rsplit("/", 1)[1]]
            known = rule.get("properties")
            if not isinstance(values, dict) or not values:
                return
            if known is None or rule.get("additionalProperties") is not False:
                yield f"{path}: takes any key"
                return
            yield from (f"{path}.{key}" for key in set(known) ^ set(values))
            for key in set(known) & set(values):
                yield from differences(known[key], values[key], f"{path}.{key}")

        self.assertEqual(list(differences(schema, helm.values(), "")), [])


class TogetherTest(unittest.TestCase):
    def test_each_is_refused_with_reason_and_way_out(self):
        for settings, words in TOGETHER:
            with self.subTest(settings):
                self.assertIn(words, refusal(settings) or "(passed)")

    def test_null_for_all_ports_means_the_default(self):
        self.assertIsNone(refusal("service.ports=null"))

    def test_there_are_more_than_forty(self):
        self.assertGreater(len(SCHEMA) + len(TOGETHER), 40)

    def test_all_of_them_are_told_at_once(self):
        said = refusal("replicaCount=2,service.nodePorts.smtp=25,admin.password=changeme,ingress.enabled=true")
        for words in ("replicaCount: 2 servers", "replicaCount: 2 pods", "service.nodePorts.smtp: 25", "admin.password:", "ingress.hosts:"):
            self.assertIn(words, said)

    def test_every_check_of_the_chart_is_in_the_table(self):
        """Each line that a validation template can print begins with a path; some setting above provokes it."""
        wanted = set()
        for file in helm.CHART.glob("templates/_validate*.tpl"):
            for line in file.read_text().splitlines():
                head, colon, rest = line.partition(": ")
                if colon and rest and not line.startswith(("{{-", "{{/*", " ")) and "define" not in head:
                    wanted.add(rest.split("{{")[0].split(";")[0].strip()[:38])
        said = " ".join(refusal(settings) or "" for settings, _ in TOGETHER)
        self.assertEqual([start for start in sorted(wanted) if start not in said], NEEDS_A_CLUSTER)
