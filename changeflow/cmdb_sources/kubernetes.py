"""Kubernetes objects, and what Flux, Argo CD and the objects themselves say about dependencies."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from itertools import pairwise
from typing import Any, Final

from changeflow.cmdb_sources.foreign_yaml import YamlMap, yaml_maps
from changeflow.cmdb_sources.identifiers import id_of, joined
from changeflow.cmdb_sources.rows import (
    EdgeRow,
    ItemRow,
    Place,
    Row,
    SourceFile,
    Strength,
    found_at,
    not_of_format,
)
from changeflow.cmdb_sources.shapes import at, map_at, maps_at, text_at
from changeflow.cmdb_sources.table import FORMATS, SourceSpec
from changeflow.lazy_dataclass import dataclass
from changeflow.model.findings import Finding

_LIMIT: Final = FORMATS["kubernetes"].limit
_TYPES: Final = {
    "Deployment": "service", "StatefulSet": "service", "DaemonSet": "service", "ReplicaSet": "service",
    "Pod": "service", "Job": "application", "CronJob": "application", "HelmRelease": "application",
    "Kustomization": "application", "Application": "application", "ApplicationSet": "application",
    "Service": "network", "Ingress": "network", "Gateway": "network", "HTTPRoute": "network",
    "NetworkPolicy": "network", "PersistentVolume": "storage", "PersistentVolumeClaim": "storage",
    "StorageClass": "storage", "Namespace": "platform", "Node": "server", "Cluster": "cluster",
}  # fmt: skip
# kinds of the whole cluster
_CLUSTER_WIDE: Final = frozenset((
    "Namespace", "Node", "PersistentVolume", "StorageClass", "ClusterRole", "ClusterRoleBinding",
    "CustomResourceDefinition", "IngressClass", "PriorityClass",
))  # fmt: skip
_WORKLOADS: Final = (
    "Deployment",
    "StatefulSet",
    "DaemonSet",
    "ReplicaSet",
    "Job",
    "CronJob",
    "Pod",
)
_WAVE: Final = "argocd.argoproj.io/sync-wave"
# `redis-cart:6379`, `http://cart.shop.svc.cluster.local:7070/path`
_ADDRESS: Final = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://)?(?:[^@/\s]*@)?([a-z0-9][a-z0-9-]*)"
    r"(?:\.([a-z0-9][a-z0-9-]*)(?:\.svc(?:\.cluster\.local)?)?)?(?::\d+)?(?:/\S*)?"
)

Key = tuple[str, str, str]


@dataclass
class _Object:
    key: Key
    place: Place
    data: Mapping[str, Any]
    ci: str = field(init=False)

    def __post_init__(self) -> None:
        self.ci = id_of(joined(*self.key))

    @property
    def namespace(self) -> str:
        return self.key[1]


def read(files: Iterable[SourceFile], _: SourceSpec) -> Iterator[Row]:
    """Yield objects as items `Kind/namespace/name`, and their dependencies.

    Values of variables are looked at for names of services and never kept; secrets have a name and
    nothing else.
    """
    objects: dict[Key, _Object] = {}
    listed = list(files)
    empty = True
    for file in listed:
        for document in yaml_maps(file, _LIMIT):
            empty = False
            if isinstance(document, Finding):
                yield document
                continue
            for one in _objects(file.path, document):
                if isinstance(one, Finding):
                    yield one
                    continue
                # one that stands twice is reported as a row that does
                objects.setdefault(one.key, one)
                yield _item(one)
    if empty and listed:
        yield found_at("source-empty", Place(listed[0].path))
    graph = _References(objects)
    for one in objects.values():
        yield from graph.edges(one)
    yield from _waves(objects.values())


def _objects(path: str, document: YamlMap) -> Iterator[_Object | Finding]:
    place = Place(path, document.line)
    kind = text_at(document, "kind")
    if kind is not None and kind.endswith("List") and isinstance(at(document, "items"), list):
        for item in maps_at(document, "items"):
            if isinstance(item, YamlMap):
                yield from _objects(path, item)
        return
    if kind == "Kustomization" and (text_at(document, "apiVersion") or "").startswith(
        "kustomize.config.k8s.io/"
    ):
        # a build file and no object of the cluster
        return
    name = text_at(document, "metadata", "name") or text_at(document, "metadata", "generateName")
    if kind is None or text_at(document, "apiVersion") is None or name is None:
        yield not_of_format(place, "kubernetes", "no_object")
        return
    namespace = text_at(document, "metadata", "namespace") or "default"
    if kind in _CLUSTER_WIDE:
        namespace = ""
    yield _Object((kind, namespace, name), place, document)


def _item(one: _Object) -> ItemRow:
    kind, namespace, name = one.key
    labels = map_at(one.data, "metadata", "labels")
    kept = {"namespace": namespace} if namespace else {}
    for key in ("app.kubernetes.io/part-of", "app.kubernetes.io/version"):
        value = text_at(labels, key)
        if value is not None:
            kept[key.rpartition("/")[2]] = value
    owner = text_at(labels, "owner") or text_at(labels, "team")
    type_ = _TYPES.get(kind, "component")
    return ItemRow(one.ci, one.place, name=name, type=type_, owner=owner, labels=kept or None)


class _References:
    """Finds what an object refers to among all objects."""

    def __init__(self, objects: Mapping[Key, _Object]) -> None:
        self._objects = objects
        self._workloads = [one for one in objects.values() if one.key[0] in _WORKLOADS]

    def edges(self, one: _Object) -> Iterator[EdgeRow]:
        """Yield the dependencies of an object, each once."""
        seen: set[str] = set()
        for key, strength, certain in self._references(one):
            other = self._objects.get(key)
            # What is not among the manifests, such as a secret, is no item: only a dependency that
            # is stated as one is reported there.
            if other is None and not certain:
                continue
            ci = other.ci if other is not None else id_of(joined(*key))
            if ci != one.ci and ci not in seen:
                seen.add(ci)
                yield EdgeRow(one.ci, ci, one.place, strength)

    def _references(self, one: _Object) -> Iterator[tuple[Key, Strength, bool]]:
        kind, namespace, _ = one.key
        spec = map_at(one.data, "spec")
        for need in maps_at(spec, "dependsOn"):
            name = text_at(need, "name")
            if name is not None:
                yield (kind, text_at(need, "namespace") or namespace, name), "hard", True
        yield from self._flux(spec, namespace)
        if kind == "Application" and text_at(spec, "project"):
            yield ("AppProject", namespace, text_at(spec, "project") or ""), "soft", False
        if kind == "Service":
            for workload in self._selected(spec, namespace):
                yield workload.key, "hard", False
        elif kind == "Ingress":
            for name in _backends(spec):
                yield ("Service", namespace, name), "hard", False
        elif kind in _WORKLOADS:
            yield from self._pod(one.data, kind, namespace)

    @staticmethod
    def _flux(spec: Mapping[str, Any], namespace: str) -> Iterator[tuple[Key, Strength, bool]]:
        for source in (
            map_at(spec, "sourceRef"),
            map_at(spec, "chartRef"),
            map_at(spec, "chart", "spec", "sourceRef"),
        ):
            kind, name = text_at(source, "kind"), text_at(source, "name")
            if kind and name:
                yield (kind, text_at(source, "namespace") or namespace, name), "soft", False
        for source in maps_at(spec, "valuesFrom"):
            kind, name = text_at(source, "kind"), text_at(source, "name")
            if kind and name:
                yield (kind, namespace, name), _optional(source), False

    def _selected(self, spec: Mapping[str, Any], namespace: str) -> Iterator[_Object]:
        selector = map_at(spec, "selector")
        if not selector:
            return
        for workload in self._workloads:
            labels = map_at(_template(workload.data, workload.key[0]), "metadata", "labels")
            same = all(labels.get(key) == value for key, value in selector.items())
            if same and workload.namespace == namespace:
                yield workload

    def _pod(
        self, data: Mapping[str, Any], kind: str, namespace: str
    ) -> Iterator[tuple[Key, Strength, bool]]:
        pod = map_at(_template(data, kind), "spec")
        for volume in maps_at(pod, "volumes"):
            claim = text_at(volume, "persistentVolumeClaim", "claimName")
            if claim is not None:
                yield ("PersistentVolumeClaim", namespace, claim), "hard", False
            yield from _configured(map_at(volume, "configMap"), "ConfigMap", namespace)
            yield from _configured(map_at(volume, "secret"), "Secret", namespace)
        for container in (*maps_at(pod, "initContainers"), *maps_at(pod, "containers")):
            for source in maps_at(container, "envFrom"):
                yield from _configured(map_at(source, "configMapRef"), "ConfigMap", namespace)
                yield from _configured(map_at(source, "secretRef"), "Secret", namespace)
            for variable in maps_at(container, "env"):
                yield from self._variable(variable, namespace)

    def _variable(
        self, variable: Mapping[str, Any], namespace: str
    ) -> Iterator[tuple[Key, Strength, bool]]:
        value_from = map_at(variable, "valueFrom")
        yield from _configured(map_at(value_from, "configMapKeyRef"), "ConfigMap", namespace)
        yield from _configured(map_at(value_from, "secretKeyRef"), "Secret", namespace)
        address = _ADDRESS.fullmatch(text_at(variable, "value") or "")
        if address is not None:
            yield ("Service", address[2] or namespace, address[1]), "hard", False


def _template(data: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    if kind == "Pod":
        return data
    if kind == "CronJob":
        return map_at(data, "spec", "jobTemplate", "spec", "template")
    return map_at(data, "spec", "template")


def _configured(
    reference: Mapping[str, Any], kind: str, namespace: str
) -> Iterator[tuple[Key, Strength, bool]]:
    name = text_at(reference, "name") or text_at(reference, "secretName")
    if name is not None:
        yield (kind, namespace, name), _optional(reference), False


def _optional(reference: Mapping[str, Any]) -> Strength:
    return "soft" if text_at(reference, "optional") == "true" else "hard"


def _backends(spec: Mapping[str, Any]) -> Iterator[str]:
    found = [map_at(spec, "defaultBackend"), map_at(spec, "backend")]
    for rule in maps_at(spec, "rules"):
        found += [map_at(path, "backend") for path in maps_at(rule, "http", "paths")]
    for backend in found:
        name = text_at(backend, "service", "name") or text_at(backend, "serviceName")
        if name is not None:
            yield name


def _waves(objects: Iterable[_Object]) -> Iterator[EdgeRow]:
    """Yield soft dependencies of Argo CD applications on those of the wave before, by project."""
    waves: dict[tuple[str, str], dict[int, list[_Object]]] = {}
    for one in objects:
        if one.key[0] != "Application":
            continue
        text = text_at(one.data, "metadata", "annotations", _WAVE) or "0"
        if re.fullmatch(r"-?\d{1,6}", text):
            group = (one.namespace, text_at(one.data, "spec", "project") or "default")
            waves.setdefault(group, {}).setdefault(int(text), []).append(one)
    for of_group in waves.values():
        numbers = sorted(of_group)
        for before, after in pairwise(numbers):
            for later in of_group[after]:
                for earlier in of_group[before]:
                    yield EdgeRow(later.ci, earlier.ci, later.place, "soft")
