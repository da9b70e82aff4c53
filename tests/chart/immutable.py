"""What an upgrade must not change: the API refuses it, or the object would be another one with none of the data."""

# Kubernetes refuses a change of these fields of an object that is there.
FIELDS = {
    "Deployment": ["spec.selector"],
    "PersistentVolumeClaim": ["spec.accessModes", "spec.storageClassName", "spec.volumeName", "spec.selector", "spec.dataSource"],
    "Service": ["spec.clusterIP", "spec.loadBalancerClass"],
    "Secret": ["type"],
}
UNITS = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40}


def at(thing, path):
    for step in path.split("."):
        thing = thing.get(step) if isinstance(thing, dict) else None
    return thing


def octets(size):
    return int(size[:-2]) * UNITS[size[-2:]] if size[-2:] in UNITS else int(size)


def changes(before, after):
    """Of two renders (lists of objects), a line for each change that an upgrade from the first to the second can't make."""
    new = {(o["kind"], o["metadata"]["name"]): o for o in after}
    for old in before:
        kind, name = old["kind"], old["metadata"]["name"]
        now = new.get((kind, name))
        if now is None:
            yield f"{kind} {name}: is gone, helm would delete it"
            continue
        for path in FIELDS.get(kind, []):
            if at(old, path) != at(now, path):
                yield f"{kind} {name}: {path} was {at(old, path)!r}, is {at(now, path)!r}"
        if kind == "PersistentVolumeClaim":
            was, size = (at(o, "spec.resources.requests.storage") for o in (old, now))
            if octets(size) < octets(was):
                yield f"{kind} {name}: shrinks from {was} to {size}"
