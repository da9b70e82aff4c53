"""What has to hold between the objects of a render. Each rule takes the objects and yields a line for each breach."""

import base64
import re

LABEL_VALUE = re.compile(r"([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?")
LABEL_KEY = re.compile(r"([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")
NAME = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
PORT_NAME = re.compile(r"(?=.*[a-z])[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?")
CONFIDENTIAL = re.compile(r"passw|secret|token", re.IGNORECASE)
PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
SERVERS = ("Deployment", "StatefulSet")
# Which pods an object means; of a workload, which are its own.
SELECTORS = {
    "Service": lambda spec: spec.get("selector"),
    "Deployment": lambda spec: spec["selector"]["matchLabels"],
    "StatefulSet": lambda spec: spec["selector"]["matchLabels"],
    "PodDisruptionBudget": lambda spec: spec["selector"]["matchLabels"],
    "NetworkPolicy": lambda spec: spec["podSelector"].get("matchLabels", {}),
}


def title(made):
    return f"{made['kind']} {made['metadata']['name']}"


def pods(objects):
    """Each object that makes pods, with the pods' metadata and spec."""
    for made in objects:
        spec = made.get("spec", {})
        if made["kind"] == "CronJob":
            spec = spec["jobTemplate"]["spec"]
        if made["kind"] == "Pod":
            yield made, made["metadata"], spec
        elif made["kind"] in ("CronJob", "DaemonSet", "Deployment", "Job", "ReplicaSet", "StatefulSet"):
            yield made, spec["template"].get("metadata", {}), spec["template"]["spec"]


def containers(objects):
    for made, _, spec in pods(objects):
        for container in [*spec.get("initContainers", []), *spec["containers"]]:
            yield f"{title(made)}, container {container['name']}", container, spec


def selected(labels, objects):
    """The pods that a selector matches."""
    return [(made, spec) for made, metadata, spec in pods(objects) if labels.items() <= metadata.get("labels", {}).items()]


def selectors_match_the_server_only(objects):
    for made in objects:
        labels = SELECTORS.get(made["kind"], lambda spec: None)(made.get("spec", {}))
        if labels is None:
            continue
        matched = [pod for pod, _ in selected(labels, objects)]
        if len(matched) != 1 or matched[0]["kind"] not in SERVERS:
            yield f"{title(made)}: selects the pods of {', '.join(map(title, matched)) or 'nothing'}"
        elif made["kind"] in SERVERS and matched[0] is not made:
            yield f"{title(made)}: selects the pods of {title(matched[0])}"


def service_ports_lead_to_container_ports(objects):
    for made in objects:
        if made["kind"] != "Service" or not made["spec"].get("selector"):
            continue
        for pod, spec in selected(made["spec"]["selector"], objects):
            open_ports = [p for c in spec["containers"] for p in c.get("ports", [])]
            for port in made["spec"]["ports"]:
                target = port.get("targetPort", port["port"])
                there = [p.get("protocol", "TCP") for p in open_ports if target in (p.get("name"), p["containerPort"])]
                if port.get("protocol", "TCP") not in there:
                    yield f"{title(made)}: port {port.get('name')} leads to {target}, which {title(pod)} does not have"


def mounts_have_a_volume_and_a_path_of_their_own(objects):
    claims = {id(m): [c["metadata"]["name"] for c in m["spec"].get("volumeClaimTemplates", [])] for m, _, _ in pods(objects)}
    for made, _, pod in pods(objects):
        volumes = [v["name"] for v in pod.get("volumes", [])]
        if len(set(volumes)) != len(volumes):
            yield f"{title(made)}: two volumes of one name in {volumes}"
        for where, container, _ in containers([made]):
            paths = [m["mountPath"].rstrip("/") for m in container.get("volumeMounts", [])]
            for path in sorted({p for p in paths if paths.count(p) > 1}):
                yield f"{where}: several mounts at {path}"
            for mount in container.get("volumeMounts", []):
                if mount["name"] not in [*volumes, *claims[id(made)]]:
                    yield f"{where}: no volume {mount['name']}"


def handlers(container):
    found = {name: container[name] for name in PROBES if container.get(name)}
    return found | {name: handler for name, handler in (container.get("lifecycle") or {}).items() if isinstance(handler, dict)}


def probes_use_ports_of_their_container(objects):
    for where, container, _ in containers(objects):
        known = [p[field] for p in container.get("ports", []) for field in ("name", "containerPort") if field in p]
        for name, probe in handlers(container).items():
            for kind in ("httpGet", "tcpSocket", "grpc"):
                if kind in probe and probe[kind]["port"] not in known:
                    yield f"{where}: {name} uses port {probe[kind]['port']}, its ports are {known}"


def exec_probes_have_a_command(objects):
    for where, container, _ in containers(objects):
        for name, probe in handlers(container).items():
            if "exec" in probe and not any((probe["exec"] or {}).get("command") or []):
                yield f"{where}: {name} executes nothing"


def claims_are_used(objects):
    used = {v["persistentVolumeClaim"]["claimName"] for _, _, spec in pods(objects)
            for v in spec.get("volumes", []) if "persistentVolumeClaim" in v}
    for made in objects:
        if made["kind"] == "PersistentVolumeClaim" and made["metadata"]["name"] not in used:
            yield f"{title(made)}: no pod uses it, the pods use {sorted(used)}"


def plain_texts(objects):
    """Everything that is stored and shown as plain text: ConfigMaps, environments, command lines."""
    for made in objects:
        if made["kind"] == "ConfigMap":
            yield from ((f"{title(made)}, {key}", key, text) for key, text in (made.get("data") or {}).items())
    for where, container, _ in containers(objects):
        for variable in container.get("env", []):
            yield f"{where}, {variable['name']}", variable["name"], variable.get("value") or ""
        for text in [*container.get("command", []), *container.get("args", [])]:
            yield f"{where}, command", "", str(text)


def secrets_stay_in_secrets(objects):
    secrets = {}
    for made in (o for o in objects if o["kind"] == "Secret"):
        values = {key: base64.b64decode(value).decode(errors="replace") for key, value in (made.get("data") or {}).items()}
        # A name of five letters or a user's name is no secret, and may well stand elsewhere.
        values = {k: str(v) for k, v in {**values, **(made.get("stringData") or {})}.items() if "user" not in k and len(str(v)) > 5}
        secrets |= {f"{title(made)}, {key}": value for key, value in values.items()}
    for where, name, text in plain_texts(objects):
        for secret, value in secrets.items():
            if value in text:
                yield f"{where}: shows the value of {secret}"
        is_variable = ", container " in where
        # A path and a reference to another variable tell nothing.
        if is_variable and CONFIDENTIAL.search(name) and text and not text.startswith("/") and "$(" not in text:
            yield f"{where}: a value in plain text"


def namespaces_are_all_set_or_none(objects):
    without = [title(o) for o in objects if not o["metadata"].get("namespace")]
    if without and len(without) != len(objects):
        yield f"no namespace, but others have one: {', '.join(without)}"


def labels_of(made):
    yield made["metadata"].get("labels") or {}
    for _, metadata, _ in pods([made]):
        yield metadata.get("labels") or {}
    if made["kind"] in SELECTORS:
        yield SELECTORS[made["kind"]](made["spec"]) or {}


def names_and_labels_are_valid(objects):
    for made in objects:
        name = made["metadata"]["name"]
        # A CronJob's Jobs get 11 characters more.
        if not NAME.fullmatch(name) or len(name) > (52 if made["kind"] == "CronJob" else 63):
            yield f"{title(made)}: no valid name, {len(name)} characters"
        for key, value in (item for labels in labels_of(made) for item in labels.items()):
            if not LABEL_KEY.fullmatch(key) or not isinstance(value, str) or not LABEL_VALUE.fullmatch(value):
                yield f"{title(made)}: no valid label {key}={value}"
    for where, container, spec in containers(objects):
        parts = [container["name"], *[v["name"] for v in spec.get("volumes", [])], spec.get("hostname") or "x"]
        parts += [part for part in container.get("ports", []) if not PORT_NAME.fullmatch(part.get("name", "x"))]
        for part in parts:
            if not isinstance(part, str) or not NAME.fullmatch(part):
                yield f"{where}: no valid name {part}"


def images_are_pinned(objects):
    for where, container, _ in containers(objects):
        if not re.search(r"[^/:@]+(:[\w.-]+|@sha256:[0-9a-f]+)$", container["image"]):
            yield f"{where}: image {container['image']} has neither tag nor digest"


def objects_are_named_once(objects):
    """Of two releases together: that they share none."""
    seen = set()
    for made in objects:
        key = (made["apiVersion"].split("/")[0], title(made))
        if key in seen:
            yield f"{title(made)}: there are two"
        seen.add(key)


def nothing_is_left_unrendered(text):
    for number, line in enumerate(text.splitlines(), 1):
        if trace := re.search(r"<no value>|<nil>|\bnil\b|%!|map\[", line):
            yield f"line {number}: {trace[0]} in {line.strip()}"


RULES = [
    selectors_match_the_server_only, service_ports_lead_to_container_ports, mounts_have_a_volume_and_a_path_of_their_own,
    probes_use_ports_of_their_container, exec_probes_have_a_command, claims_are_used, secrets_stay_in_secrets,
    namespaces_are_all_set_or_none, names_and_labels_are_valid, images_are_pinned, objects_are_named_once,
]


def breaches(objects):
    return [f"{rule.__name__}: {line}" for rule in RULES for line in rule(objects)]
