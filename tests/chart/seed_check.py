"""Compares a render of the chart with the render of the seed page's own templates."""

import re

import helm

PROBES = ("livenessProbe", "readinessProbe")


def asked(probe):
    """What a probe asks and when, whichever way it goes: an exec probe's last word is the URL."""
    if not probe:
        return None
    get = probe.get("httpGet")
    if get is None:
        port, path = re.fullmatch(r"http://127\.0\.0\.1:(\d+)(/.*)", probe["exec"]["command"][-1]).groups()
        get = {"path": path, "port": int(port)}
    return {**get, **{name: probe.get(name) for name in ("initialDelaySeconds", "periodSeconds")}}


def facts(objects):
    """What the seed promises, each under the name that a failure shows."""
    service, claim = objects["Service"]["spec"], objects.get("PersistentVolumeClaim", {})
    pod, container = helm.pod(objects), helm.container(objects)
    volume = next((v for v in pod["volumes"] if v["name"] == "stalwart-volume"), None)
    mount = next((m for m in container["volumeMounts"] if m["name"] == "stalwart-volume"), None)
    return {
        "Service name": objects["Service"]["metadata"]["name"],
        "Service type": service["type"],
        "Service ports": service["ports"],
        "Service selector": service["selector"],
        "Deployment name": objects["Deployment"]["metadata"]["name"],
        "Deployment replicas": objects["Deployment"]["spec"]["replicas"],
        "Deployment selector": objects["Deployment"]["spec"]["selector"],
        "container name": container["name"],
        "container image": container["image"],
        "container imagePullPolicy": container["imagePullPolicy"],
        "container ports": [p["containerPort"] for p in container["ports"]],
        **{f"container {probe}": asked(container.get(probe)) for probe in PROBES},
        "volume stalwart-volume": volume,
        "volumeMount stalwart-volume": mount,
        "claim name": claim.get("metadata", {}).get("name"),
        "claim spec": claim.get("spec"),
    }


def narrow(ours, theirs):
    """Of two lists, only the entries that the other lacks."""
    if isinstance(ours, list) and isinstance(theirs, list):
        only_ours, only_theirs = [o for o in ours if o not in theirs], [t for t in theirs if t not in ours]
        if only_ours or only_theirs:
            return only_ours, only_theirs
    return ours, theirs


def differences(objects, seed):
    """One line for each fact that is not the seed's."""
    ours, theirs = facts(objects), facts(seed)
    lines = []
    for name in theirs:
        if ours[name] != theirs[name]:
            here, there = narrow(ours[name], theirs[name])
            lines.append(f"{name}: {here!r}, the seed has {there!r}")
    return lines
