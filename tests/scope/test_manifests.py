"""Images and Helm releases in the manifests that teams write."""

from __future__ import annotations

import pytest

from changeflow.scope.manifests import named_in_manifest


def images(text: str, path: str = "deploy.yaml") -> list[tuple[str, int]]:
    return [(one.name, one.line) for one in named_in_manifest(path, text.encode()) if one.kind == "image"]


def releases(text: str, path: str = "deploy.yaml") -> list[tuple[str, ...]]:
    return [one.names for one in named_in_manifest(path, text.encode()) if one.kind == "helm"]


POD = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      initContainers:
        - {name: wait, image: busybox}
      containers:
        - name: web
          image: registry.example/web:1.2
        - name: proxy
          image: "envoyproxy/envoy@sha256:00"
"""


def test_containers_name_images() -> None:
    assert images(POD) == [("busybox", 8), ("registry.example/web:1.2", 11), ("envoyproxy/envoy@sha256:00", 13)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("services:\n  db:\n    image: postgres:17\n", [("postgres:17", 3)]),
        ("image:\n  repository: registry.example/shop\n  tag: '2.1'\n", [("registry.example/shop:2.1", 3)]),
        ("image: {registry: registry.example, repository: shop, tag: '2'}\n", [("registry.example/shop:2", 1)]),
        ("web:\n  image:\n    repository: shop\n", [("shop", 3)]),
        ("shop: {repository: registry.example/shop, tag: 5}\n", [("registry.example/shop:5", 1)]),
        ("sidecarImage: registry.example/side:3\n", [("registry.example/side:3", 1)]),
        ("image: registry.example/shop\ntag: 9\n", [("registry.example/shop:9", 2)]),
        ("images:\n  - name: shop\n    newTag: v3\n", [("shop:v3", 3)]),
        ("a: &a {image: x:1}\nb: *a\nc: {<<: *a}\n", [("x:1", 1), ("x:1", 3)]),
        ("image: https://example.com/logo.png\n", []),
        ("image: null\n", []),
        ("spec: {values: {image: {tag: v2}}}\n", []),
    ],
)
def test_an_image_is_found_however_it_is_written(text: str, expected: list[tuple[str, int]]) -> None:
    assert images(text) == expected


def test_a_template_that_is_no_yaml_is_looked_through_by_lines() -> None:
    text = "{{- if .Values.on }}\n- name: x\n  image: registry.example/shop:{{ .Values.tag }}\n{{- end }}\n  image: {{ .Values.image }}\n"
    assert [name for name, _ in images(text)] == ["registry.example/shop:{{"]
    assert named_in_manifest("x.yaml", text.encode())[0].names == ("registry.example/shop",)


def test_lists_of_packages_are_no_manifests() -> None:
    assert images('{"name": "shop", "repository": {"repository": "shop", "tag": "1"}}', "package.json") == []
    assert images('{"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [{"image": "shop:1"}]}}', "pod.json") == [("shop:1", 1)]


def test_json_that_names_an_image_is_a_manifest_also_without_a_version_of_kubernetes() -> None:
    task = '{"containerDefinitions": [{"name": "web", "image": "shop:1"}, {"sidecarImage": "proxy:2"}]}'
    assert images(task, "task-definition.json") == [("shop:1", 1), ("proxy:2", 1)]


def test_a_manifest_in_utf_16_is_read() -> None:
    data = "\ufeffservices: {web: {image: 'shop:1'}}\n".encode("utf-16-le")
    assert [one.name for one in named_in_manifest("compose.yaml", data)] == ["shop:1"]


def test_a_template_names_images_within_braces_too_and_a_comment_names_none() -> None:
    text = "{{- if .on }}\ncontainers: [{name: x, image: shop:1}, {image: proxy:2}]\n# - {image: old:1}\n"
    assert images(text) == [("shop:1", 2), ("proxy:2", 2)]


def test_releases_in_a_list_of_kubernetes_are_found() -> None:
    inner = "{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, metadata: {name: shop}, spec: {}}"
    assert releases(f"kind: List\nitems:\n- {inner}\n") == [("shop",)]
    assert releases(f"kind: HelmReleaseList\nitems:\n- {inner.replace('kind: HelmRelease, ', '')}\n") == [("shop",)]


def test_aliases_within_aliases_are_looked_at_once() -> None:
    lines = ["a0: &a0 {image: shop:1}"]
    lines += [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}]" for n in range(1, 60)]
    lines += ["kind: HelmRelease", "metadata: {name: shop}", "spec: *a59"]
    found = named_in_manifest("bomb.yaml", "\n".join(lines).encode())
    assert [one.name for one in found] == ["shop:1", "shop"]


FLUX = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: shop, namespace: prod}
spec: {chart: {spec: {chart: shop, version: 1.2.3}}}
"""


def test_flux_names_releases() -> None:
    assert releases(FLUX) == [("shop", "prod/shop")]
    assert releases(FLUX.replace("spec: {", "spec: {targetNamespace: web, ")) == [("web-shop", "shop", "web/web-shop", "web/shop")]
    assert releases(FLUX.replace("spec: {", "spec: {releaseName: store, ")) == [("store", "shop", "prod/store", "prod/shop")]


def test_argo_cd_names_releases() -> None:
    text = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: shop}\nspec:\n  destination: {namespace: prod}\n  source: {chart: shop, helm: {releaseName: store}}\n"
    assert releases(text) == [("store", "shop", "prod/store", "prod/shop")]
    assert releases(text.replace("argoproj.io/v1alpha1", "app.k8s.io/v1")) == []


def test_helmfile_names_releases() -> None:
    text = "releases:\n  - {name: shop, namespace: prod, chart: ./shop, version: 1}\n  - name: cart\n    chart: ./cart\n"
    assert releases(text, "helmfile.yaml") == [("shop", "prod/shop"), ("cart",)]


def test_a_release_in_a_template_is_told_by_its_name() -> None:
    text = "{{ if true }}\nkind: HelmRelease\nmetadata:\n  name: shop\n{{ end }}\n"
    assert releases(text) == [("shop",)]


def test_the_content_of_a_release_does_not_depend_on_how_it_is_written() -> None:
    (one,) = named_in_manifest("a.yaml", FLUX.encode())
    other = "kind: HelmRelease\napiVersion: helm.toolkit.fluxcd.io/v2\nspec:\n  chart:\n    spec: {version: 1.2.3, chart: shop}\nmetadata:\n  namespace: prod\n  name: shop\n"
    (same,) = named_in_manifest("b.yaml", other.encode())
    (different,) = named_in_manifest("a.yaml", FLUX.replace("1.2.3", "1.2.4").encode())
    assert one.content == same.content != different.content
