"""Kubernetes objects and the dependencies that Flux, Argo CD and they themselves state."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sourced import merged, needs, told

MANIFESTS = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop, labels: {team: team-web, app.kubernetes.io/part-of: store}}
spec:
  template:
    metadata: {labels: {app: web}}
    spec:
      volumes:
        - {name: data, persistentVolumeClaim: {claimName: web-data}}
        - {name: more, configMap: {name: settings, optional: true}}
      containers:
        - name: web
          env:
            - {name: CART_ADDR, value: "http://cart.shop.svc.cluster.local:7070/api"}
            - {name: DB, value: "postgres://user:hunter2@orders-db:5432/x"}
            - {name: PASSWORD, value: hunter2}
            - {name: KEY, valueFrom: {secretKeyRef: {name: keys, key: k}}}
          envFrom: [{secretRef: {name: not-here}}]
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}}
---
{apiVersion: v1, kind: Service, metadata: {name: cart, namespace: shop}, spec: {selector: {app: cart}}}
---
{apiVersion: v1, kind: Service, metadata: {name: orders-db, namespace: shop}, spec: {type: ExternalName}}
---
{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: web-data, namespace: shop}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace: shop}, data: {a: b}}
---
{apiVersion: v1, kind: Secret, metadata: {name: keys, namespace: shop}, stringData: {k: swordfish}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: front, namespace: shop}
spec: {rules: [{http: {paths: [{backend: {service: {name: web}}}]}}]}
---
apiVersion: v1
kind: List
items:
  - {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
---
{apiVersion: kustomize.config.k8s.io/v1beta1, kind: Kustomization, resources: [a.yaml]}
"""


def test_objects_need_what_they_refer_to() -> None:
    items, findings = merged("kubernetes", MANIFESTS)
    assert findings == []
    web = "Deployment/shop/web"
    assert needs(items, web) == ["PersistentVolumeClaim/shop/web-data", "Secret/shop/keys", "Service/shop/cart", "Service/shop/orders-db", "~ConfigMap/shop/settings"] or sorted(
        needs(items, web)
    ) == sorted(["PersistentVolumeClaim/shop/web-data", "Secret/shop/keys", "Service/shop/cart", "Service/shop/orders-db", "~ConfigMap/shop/settings"])
    assert needs(items, "Service/shop/web") == [web]
    assert needs(items, "Ingress/shop/front") == ["Service/shop/web"]
    assert items[web]["owner"] == "team-web"
    assert "Namespace/shop" in items
    assert len(items) == 9


def test_no_value_of_a_secret_or_a_variable_is_kept() -> None:
    items, findings = merged("kubernetes", MANIFESTS)
    for secret in ("hunter2", "swordfish"):
        assert secret not in repr((items, findings))


def test_flux_and_argo_cd_say_what_goes_before_what() -> None:
    text = """\
{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, metadata: {name: apps, namespace: flux-system},
 spec: {dependsOn: [{name: infra}, {name: certs, namespace: security}], sourceRef: {kind: GitRepository, name: home}}}
---
{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, metadata: {name: infra, namespace: flux-system}}
---
{apiVersion: source.toolkit.fluxcd.io/v1, kind: GitRepository, metadata: {name: home, namespace: flux-system}}
---
{apiVersion: argoproj.io/v1alpha1, kind: Application, metadata: {name: db, namespace: argocd, annotations: {argocd.argoproj.io/sync-wave: "-1"}},
 spec: {project: shop}}
---
{apiVersion: argoproj.io/v1alpha1, kind: Application, metadata: {name: web, namespace: argocd}, spec: {project: shop}}
---
{apiVersion: argoproj.io/v1alpha1, kind: Application, metadata: {name: other, namespace: argocd}, spec: {project: else}}
---
{apiVersion: argoproj.io/v1alpha1, kind: AppProject, metadata: {name: shop, namespace: argocd}}
"""
    items, findings = merged("kubernetes", text)
    assert needs(items, "Kustomization/flux-system/apps") == ["~GitRepository/flux-system/home", "Kustomization/flux-system/infra"]
    assert needs(items, "Application/argocd/web") == ["~AppProject/argocd/shop", "~Application/argocd/db"]
    assert needs(items, "Application/argocd/other") == []
    assert told(findings) == [("source-unknown-item", "warning", "a", 1)]


@pytest.mark.parametrize(("text", "line"), [("a: {{ .Values.x }}\n", 0), ("kind: Pod\n", 1), ("- a\n", 0), ("a: 1\n b: 2\n", 0)])
def test_a_template_or_something_else_is_an_error(text: str, line: int) -> None:
    found = told(merged("kubernetes", text)[1])
    assert [(rule, level) for rule, level, _, _ in found] == [("source-format", "error")]
    assert line in (0, found[0][3])


def test_the_releases_of_a_real_cluster_keep_their_order(shared_data: Path) -> None:
    data = json.loads((shared_data / "graphs" / "flux_home_ops_2023-06.json").read_text(encoding="utf-8"))
    before: dict[str, list[str]] = {name: [] for name in data["nodes"]}
    for one, other in data["edges"]:
        before[one].append(other)
    documents = []
    for name, others in before.items():
        kind, namespace, short = name.split("/")
        depends_on = [{"namespace": other.split("/")[1], "name": other.split("/")[2]} for other in others]
        documents.append(
            json.dumps({"apiVersion": "x/v1", "kind": kind, "metadata": {"name": short, "namespace": namespace}, "spec": {"dependsOn": depends_on}})
        )
    items, findings = merged("kubernetes", "\n---\n".join(documents))
    assert len(items) == len(data["nodes"]) == 250
    assert {ci: set(needs(items, ci)) for ci in items} == {ci: set(others) & set(before) for ci, others in before.items()}
    assert {level for _, level, _, _ in told(findings)} <= {"warning"}
