#!/usr/bin/env python3
"""Usage: openapi-schemas.py FOLDER SWAGGER CRD...

Writes FOLDER/<kind>-<group>-<version>.json, as kubeconform looks for it, for each kind of the API server's OpenAPI document and
for each version of the CRDs (as JSON). A field that the API does not define is an error, and so is a wrong apiVersion.
"""

import json
import pathlib
import sys

REFERENCE = "#/definitions/"
OR_NULL = "-or-null"
META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
INT_OR_STRING = {"anyOf": [{"type": "integer"}, {"type": "string"}]}
SUFFIX = r"([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?"

# What the document calls a string, but the API server reads in other ways as well.
WRITTEN_OTHERWISE = {
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": INT_OR_STRING,
    "io.k8s.apimachinery.pkg.api.resource.Quantity": {
        "anyOf": [{"type": "number"}, {"type": "string", "pattern": rf"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+){SUFFIX}$"}],
    },
}
KEPT = ("$ref", "type", "format", "required", "enum", "pattern", "minimum", "maximum", "minLength", "maxLength", "minItems",
        "maxItems", "uniqueItems", "minProperties", "maxProperties", "anyOf", "oneOf", "allOf", "not")


def strict(schema, nulls=False):
    """The schema without its texts, closed to fields that it does not name; `nulls`: a null is as good as no field."""
    made = {key: schema[key] for key in KEPT if key in schema}
    if schema.get("x-kubernetes-int-or-string"):
        made.pop("type", None)
        made |= INT_OR_STRING
    if "properties" in schema:
        fields = {name: strict(field, nulls) for name, field in schema["properties"].items()}
        must = schema.get("required", []) if nulls else fields
        made["properties"] = {name: field if name in must else or_null(field) for name, field in fields.items()}
    if isinstance(schema.get("items"), dict):
        made["items"] = strict(schema["items"], nulls)
    if isinstance(schema.get("additionalProperties"), dict):
        made["additionalProperties"] = strict(schema["additionalProperties"], nulls)
    elif "properties" in schema and not schema.get("x-kubernetes-preserve-unknown-fields"):
        made["additionalProperties"] = False
    return or_null(made) if schema.get("nullable") else made


def or_null(schema):
    """Without anyOf where that can be: its messages name every way to be wrong."""
    if "$ref" in schema:
        return {"$ref": schema["$ref"] + OR_NULL}
    if "type" in schema:
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [{"type": "null"}, schema]} if schema else schema


def reachable(schema, definitions, found):
    """Adds to `found` every definition that the schema needs."""
    if isinstance(schema, list):
        for part in schema:
            reachable(part, definitions, found)
    elif isinstance(schema, dict):
        name = schema.get("$ref")
        if isinstance(name, str) and (name := name.removeprefix(REFERENCE)) not in found:
            found[name] = definitions[name]
            reachable(found[name], definitions, found)
        for part in schema.values():
            reachable(part, definitions, found)
    return found


def write(folder, kind, group, version, schema, definitions):
    """One file with all that it needs: kubeconform reads and compiles it once for each kind."""
    exact = {"apiVersion": {"enum": [f"{group}/{version}" if group else version]}, "kind": {"enum": [kind]}}
    fields = {**schema["properties"], **exact}
    required = sorted({"apiVersion", "kind", *schema.get("required", [])})
    whole = {"$schema": "http://json-schema.org/draft-07/schema#", **schema, "properties": fields, "required": required}
    whole["definitions"] = reachable(schema, definitions, {})
    parts = [kind.lower(), *([group.split(".")[0]] if group else []), version]
    (folder / f"{'-'.join(parts)}.json").write_text(json.dumps(whole, separators=(",", ":")))


def main(folder, swagger, *crds):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True)
    published = json.loads(pathlib.Path(swagger).read_text())["definitions"]
    # The API server takes a null for a field left out; a CRD does so only where it says so.
    definitions = {name: WRITTEN_OTHERWISE.get(name) or strict(schema, nulls=True) for name, schema in published.items()}
    definitions |= {name + OR_NULL: or_null(schema) for name, schema in definitions.items()}
    for name, schema in published.items():
        kinds = schema.get("x-kubernetes-group-version-kind", [])
        # A definition with many is no object: DeleteOptions and WatchEvent belong to every group.
        if len(kinds) == 1:
            write(folder, kinds[0]["kind"], kinds[0]["group"], kinds[0]["version"], definitions[name], definitions)
    for spec in (json.loads(pathlib.Path(crd).read_text())["spec"] for crd in crds):
        for version in spec["versions"]:
            schema = strict(version["schema"]["openAPIV3Schema"])
            schema["properties"]["metadata"] = {"$ref": REFERENCE + META}
            write(folder, spec["names"]["kind"], spec["group"], version["name"], schema, definitions)


if __name__ == "__main__":
    main(*sys.argv[1:])
