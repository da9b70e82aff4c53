"""The released charts: kept as folders, made into packages with the same octets on every machine.

chart/releases/VERSION/ holds what the package of that version holds, and chart/releases/SHA256SUMS what the package comes to.
"""

import hashlib
import io
import pathlib
import re
import struct
import tarfile
import zlib

SUMS = "SHA256SUMS"
STORED_BLOCK = 65535


class ReleaseError(Exception):
    """A release that cannot be; the text says why and what to do."""


def about(chart, field):
    """A plain field of the folder's Chart.yaml."""
    found = re.findall(rf'^{field}: *"?([^"\s#]+)"?\s*(?:#.*)?$', (pathlib.Path(chart) / "Chart.yaml").read_text(), re.MULTILINE)
    if len(found) != 1:
        raise ReleaseError(f"{chart}/Chart.yaml: {len(found)} lines say {field}, one has to")
    return found[0]


def number(version):
    """A release's version as something to compare."""
    if not re.fullmatch(r"(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}", version):
        raise ReleaseError(f"version {version}: a release has three numbers, MAJOR.MINOR.PATCH")
    return tuple(map(int, version.split(".")))


def released(releases):
    """The versions that are kept, the oldest first."""
    return sorted((f.name for f in pathlib.Path(releases).iterdir() if f.is_dir()), key=number)


def files_of(folder):
    """What a folder holds: octets by path."""
    folder = pathlib.Path(folder)
    return {f.relative_to(folder).as_posix(): f.read_bytes() for f in sorted(folder.rglob("*")) if f.is_file()}


def gzip_stored(data):
    """A gzip file that stores: what compression makes of data depends on the library's version, this does not."""
    body = b""
    for at in range(0, max(len(data), 1), STORED_BLOCK):
        block = data[at:at + STORED_BLOCK]
        body += struct.pack("<BHH", at + STORED_BLOCK >= len(data), len(block), len(block) ^ 0xFFFF) + block
    return b"\x1f\x8b\x08" + bytes(6) + b"\xff" + body + struct.pack("<LL", zlib.crc32(data), len(data))


def package(name, files):
    """The package of a chart, as helm takes it."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for path in sorted(files):
            entry = tarfile.TarInfo(f"{name}/{path}")
            entry.size, entry.mode = len(files[path]), 0o644
            archive.addfile(entry, io.BytesIO(files[path]))
    return gzip_stored(out.getvalue())


def sums_in(releases):
    """The recorded sums, by package."""
    file = pathlib.Path(releases) / SUMS
    lines = file.read_text().splitlines() if file.exists() else []
    return {name: digest for digest, name in (line.split("  ") for line in lines)}


def packages(releases):
    """Each released chart's package by its file name; a released chart that was changed is an error."""
    sums, made = sums_in(releases), {}
    for version in released(releases):
        folder = pathlib.Path(releases) / version
        chart, says = about(folder, "name"), about(folder, "version")
        if says != version:
            raise ReleaseError(f"{folder}: its Chart.yaml says {says}")
        made[f"{chart}-{version}.tgz"] = package(chart, files_of(folder))
    for name, data in made.items():
        if sums.get(name) != hashlib.sha256(data).hexdigest():
            raise ReleaseError(f"{name}: its sum is not the one in {releases}/{SUMS}; a release is never changed, undo that")
    if sums.keys() - made.keys():
        raise ReleaseError(f"{releases}/{SUMS} names what is not there: {', '.join(sorted(sums.keys() - made.keys()))}")
    return made


def keep(releases, version, name, files):
    """Adds a release: its folder and its sum."""
    releases = pathlib.Path(releases)
    folder = releases / version
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    sums = sums_in(releases) | {f"{name}-{version}.tgz": hashlib.sha256(package(name, files)).hexdigest()}
    (releases / SUMS).write_text("".join(f"{sums[key]}  {key}\n" for key in sorted(sums)))
