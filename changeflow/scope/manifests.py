"""Images and Helm releases in manifests: of Kubernetes, compose, Helm values, Flux, Argo CD, helmfile.

A file is read as YAML. What is a template and no YAML, such as the chart of a Helm release, is
looked through line by line.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, Literal, NamedTuple

from changeflow.cmdb.image_names import image_name
from changeflow.cmdb_sources.foreign_yaml import YamlMap, yaml_maps
from changeflow.cmdb_sources.rows import SourceFile
from changeflow.cmdb_sources.shapes import map_at, maps_at, text_at
from changeflow.model.findings import Finding
from changeflow.scope.changed_files import MANIFEST_LIMIT

_IMAGE_LINE: Final = re.compile(
    r"(?:^[\s-]*|[{,]\s*)[\"']?\w*[iI]mage[\"']?\s*:\s*[\"']?([^\s\"'#,}]+)"
)
_RELEASE_LINE: Final = re.compile(r"^[\s-]*(?:name|releaseName)\s*:\s*[\"']?([\w.-]+)[\"']?\s*$")
_RELEASE_KINDS: Final = re.compile(
    r"^\s*kind\s*:\s*[\"']?(?:HelmRelease|Application)\b", re.MULTILINE
)
# in a text that is no template: a name without its tag
_REPOSITORY_LINE: Final = re.compile(
    r"(?:^[\s-]*|[{,]\s*)[\"']?repository[\"']?\s*:\s*[\"']?([^\s\"'#,}]+)"
)
# A key may be written by the numbers of its characters, or on two lines.
_ESCAPED: Final = re.compile(rb"\\[xuU\r\n]")
_ESCAPE: Final = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U0000([0-9a-fA-F]{4}))")
# a file without any of these words holds neither
_WORDS: Final = (b"mage", b"repository", b"HelmRelease", b"Application", b"releases")
# and one in JSON without any of these: lists of packages are long and name no images
_WORDS_OF_JSON: Final = (b'"apiVersion"', b'"image"', b'Image"', b'_image"')
_DEPTH: Final = 200


class Named(NamedTuple):
    """An image or a Helm release in a file.

    Attributes:
        kind: what it is.
        name: how a person reads it: the image as it is written, the name of the release.
        names: names that an item may know it by.
        content: equal where it is the same on both sides of a change.
        line: where it stands.
    """

    kind: Literal["image", "helm"]
    name: str
    names: tuple[str, ...]
    content: str
    line: int


def named_in_manifest(path: str, data: bytes) -> list[Named]:
    """Return the images and Helm releases in a file, in their order."""
    # of UTF-16
    plain = data.replace(b"\0", b"") if b"\0" in data else data
    if not may_name_any(path, plain):
        return []
    found: list[Named] = []
    is_whole = True
    text = plain.decode("utf-8", "replace")
    lines = text.split("\n")
    for document in yaml_maps(SourceFile(path, data), MANIFEST_LIMIT):
        if isinstance(document, Finding):
            is_whole = False
            continue
        found += _images(document, lines)
        found += _releases(document)
    return found if is_whole else [*found, *_further(found, _by_lines(text))]


def may_name_any(path: str, data: bytes) -> bool:
    """Return whether a file may name images or Helm releases, by the words in it."""
    if _ESCAPED.search(data):
        return True
    if not any(word in data for word in _WORDS):
        return False
    return not path.endswith(".json") or any(word in data for word in _WORDS_OF_JSON)


def _further(known: Iterable[Named], others: Iterable[Named]) -> Iterator[Named]:
    """Yield what is not known yet."""
    there = {(one.names, one.content) for one in known}
    for one in others:
        if (one.names, one.content) not in there:
            yield one


def _by_lines(text: str) -> Iterator[Named]:
    """Yield what lines name; whatever names a release in such a file may be one.

    The tag of a repository may stand on any line.
    """
    digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
    plain = _ESCAPE.sub(lambda found: chr(int(found[1] or found[2] or found[3], 16)), text)
    releases = _RELEASE_KINDS.search(plain) is not None
    for number, line in enumerate(plain.split("\n"), start=1):
        if line.lstrip().startswith("#"):
            continue
        for image in _IMAGE_LINE.finditer(line):
            yield from _image(image[1], number)
        for image in _REPOSITORY_LINE.finditer(line):
            for one in _image(image[1], number):
                yield one._replace(content=f"{one.content} {digest}")
        release = _RELEASE_LINE.match(line) if releases else None
        if release is not None:
            yield Named("helm", release[1], (release[1],), digest, number)


# -- images --------------------------------------------------------------------------------------


def _images(document: YamlMap, lines: list[str]) -> Iterator[Named]:
    for key, here, line in _maps_below(document):
        for reference in _references(key, here):
            yield from _image(reference, _line_of(reference, lines, line))


def _maps_below(document: YamlMap) -> Iterator[tuple[str, Mapping[str, Any], int]]:
    """Yield every mapping once, with the key it stands under; aliases lead nowhere twice."""
    seen = set[int]()
    waiting: list[tuple[str, Any, int]] = [("", document, document.line)]
    while waiting:
        key, here, line = waiting.pop()
        if not isinstance(here, (dict, list)) or id(here) in seen:
            continue
        seen.add(id(here))
        if isinstance(here, list):
            waiting += ((key, one, line) for one in reversed(here))
            continue
        line = here.line if isinstance(here, YamlMap) else line
        yield key, here, line
        waiting += ((str(name), value, line) for name, value in reversed(here.items()))


def _references(key: str, here: Mapping[str, Any]) -> Iterator[str]:
    """Yield the images that a mapping names."""
    for name, value in here.items():
        if _is_image_key(name) and isinstance(value, str):
            tag = text_at(here, "tag") or text_at(here, f"{name}Tag")
            yield f"{value}:{tag}" if tag and ":" not in value.rpartition("/")[2] else value
    repository = text_at(here, "repository")
    if repository and (_is_image_key(key) or "tag" in here or "digest" in here):
        parts = (text_at(here, "registry"), repository)
        yield _tagged("/".join(filter(None, parts)), here, "tag")
    named = text_at(here, "name")
    if named and _is_image_key(key) and {"tag", "digest"} & here.keys():
        parts = (text_at(here, "registry"), named)
        yield _tagged("/".join(filter(None, parts)), here, "tag")
    if key == "images":
        # of kustomize: the image that manifests name, and what it becomes
        for listed in (text_at(here, "name"), text_at(here, "newName")):
            if listed and {"newName", "newTag", "digest"} & here.keys():
                yield _tagged(listed, here, "newTag")


def _is_image_key(key: str) -> bool:
    return key in ("image", "imageName") or key.endswith(("Image", "_image"))


def _tagged(name: str, here: Mapping[str, Any], key: str) -> str:
    for mark, value in ((":", text_at(here, key)), ("@", text_at(here, "digest"))):
        if value:
            name += f"{mark}{value}"
    return name


def _image(reference: str, line: int) -> Iterator[Named]:
    name = image_name(reference)
    if name is not None:
        yield Named("image", reference, (name,), reference, line)


def _line_of(reference: str, lines: list[str], start: int) -> int:
    """Return the line of an image that stands in the mapping which begins on a line."""
    last = reference.partition("@")[0].rpartition("/")[2]
    words = [word for word in last.split(":") if word]
    for word in reversed(words):
        for number in range(max(start, 1), min(start + _DEPTH, len(lines)) + 1):
            if word in lines[number - 1]:
                return number
    return start


# -- Helm releases -------------------------------------------------------------------------------


def _releases(document: YamlMap) -> Iterator[Named]:
    kind = text_at(document, "kind")
    if kind is None:
        yield from _helmfile(document)
    elif kind.endswith("List"):
        for one in maps_at(document, "items"):
            if isinstance(one, YamlMap):
                yield from _of_kind(one, text_at(one, "kind") or kind.removesuffix("List"))
    else:
        yield from _of_kind(document, kind)


def _of_kind(document: YamlMap, kind: str) -> Iterator[Named]:
    read = _BY_KIND.get(kind)
    if read is not None:
        yield from read(document)


def _flux(document: YamlMap) -> Iterator[Named]:
    name = text_at(document, "metadata", "name")
    target = text_at(document, "spec", "targetNamespace")
    release = text_at(document, "spec", "releaseName")
    if release is None and name is not None:
        release = f"{target}-{name}" if target else name
    yield from _release(
        release, name, target or text_at(document, "metadata", "namespace"), document, document.line
    )


def _argo(document: YamlMap) -> Iterator[Named]:
    if not (text_at(document, "apiVersion") or "").startswith("argoproj.io/"):
        return
    name = text_at(document, "metadata", "name")
    namespace = text_at(document, "spec", "destination", "namespace")
    sources = [map_at(document, "spec", "source"), *maps_at(document, "spec", "sources")]
    named = [text_at(source, "helm", "releaseName") for source in sources]
    for release in dict.fromkeys(named):
        yield from _release(release or name, name, namespace, document, document.line)


_BY_KIND: Final[dict[str, Callable[[YamlMap], Iterator[Named]]]] = {
    "HelmRelease": _flux,
    "Application": _argo,
}


def _helmfile(document: YamlMap) -> Iterator[Named]:
    for one in maps_at(document, "releases"):
        name = text_at(one, "name")
        if name is not None and "chart" in one:
            line = one.line if isinstance(one, YamlMap) else document.line
            yield from _release(name, None, text_at(one, "namespace"), one, line)


def _release(
    name: str | None, other: str | None, namespace: str | None, content: Any, line: int
) -> Iterator[Named]:
    plain = [known for known in dict.fromkeys((name, other)) if known]
    if not plain:
        return
    names = [*plain]
    if namespace:
        names += [f"{namespace}/{known}" for known in plain]
    yield Named("helm", plain[0], tuple(names), _digest(content, {}), line)


def _digest(value: Any, known: dict[int, str]) -> str:
    """Return a digest of plain data. What aliases share is looked at once."""
    if id(value) in known:
        return known[id(value)]
    if isinstance(value, dict):
        parts = [f"{key!r}:{_digest(value[key], known)}" for key in sorted(value)]
    elif isinstance(value, list):
        parts = [_digest(one, known) for one in value]
    else:
        return repr(value)
    text = f"{type(value).__name__[:1]}{parts}"
    known[id(value)] = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
    return known[id(value)]
