"""`spec.maps` says what belongs to an item: paths, Terraform addresses, images, Helm releases."""

from __future__ import annotations

import random

import pytest

from changeflow.cmdb.columns_of_records import columns_of
from changeflow.cmdb.image_names import image_name
from changeflow.cmdb.item_maps import MapIndex, mapped_items
from changeflow.cmdb.items_view import ItemsView
from changeflow.cmdb.path_tree import PatternTree
from changeflow.cmdb.terraform_addresses import parse_address
from changeflow.model.cmdb import ConfigurationItem, ItemMaps
from changeflow.model.path_patterns import has_wildcard, match_part, matches, unmatchable

WORDS = ["a", "b", "ab", "*", "?", "a*", "*b", "**", "a?", "*a*"]


def index(**maps: list[str]) -> MapIndex:
    return MapIndex([("shop", ItemMaps.model_validate(maps))])


def item(ci: str, **spec: object) -> ConfigurationItem:
    data = {
        "apiVersion": "changeflow/v1",
        "kind": "ConfigurationItem",
        "metadata": {"id": ci},
        "spec": spec,
    }
    return ConfigurationItem.model_validate(data)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("services/shop/**", "services/shop/src/main.py"),
        ("services/shop", "services/shop/src/main.py"),
        ("services/shop/", "services/shop/src/main.py"),
        ("services/shop", "services/shop"),
        (":/services/shop/**", "services/shop/main.py"),
        ("services/*/main.py", "services/shop/main.py"),
        ("**/shop.yaml", "shop.yaml"),
        ("**/shop.yaml", "a/b/shop.yaml"),
        ("infra/shop-*.tf", "infra/shop-db.tf"),
        ("infra/*-db.tf", "infra/shop-db.tf"),
        ("app/[id]/page.tsx", "app/[id]/page.tsx"),
        ("dokumente/größe.txt", "dokumente/größe.txt"),
        ("a b/*.txt", "a b/c d.txt"),
        ("dokumente/gr\u00f6\u00dfe.txt", "dokumente/gro\u0308\u00dfe.txt"),
        ("dokumente/gro\u0308\u00dfe/**", "dokumente/gr\u00f6\u00dfe/a.txt"),
    ],
)
def test_a_path_belongs_to_the_item_whose_pattern_it_matches(pattern: str, path: str) -> None:
    assert index(paths=[pattern]).of_paths([path]) == {path: {"shop"}}


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("services/shop/**", "services/shopping/main.py"),
        ("services/shop", "services/shop.py"),
        ("services/*", "services/shop/main.py"),
        ("shop.yaml", "a/shop.yaml"),
        ("app/[id]/page.tsx", "app/i/page.tsx"),
        ("Services/shop", "services/shop"),
    ],
)
def test_another_path_does_not(pattern: str, path: str) -> None:
    assert index(paths=[pattern]).of_paths([path]) == {}


@pytest.mark.parametrize(
    ("pattern", "folder", "touched"),
    [
        ("vendor/lib/**", "vendor", True), ("vendor/lib/*.c", "vendor", True), ("vendor", "vendor", True), ("**/*.c", "vendor", True),
        ("*/lib/a.c", "vendor", True), ("ven*/a.c", "vendor", True), ("vendor/lib/a.c", "vendor/lib", True),
        ("vendors/lib/**", "vendor", False), ("vendor/lib/a.c", "vendor/other", False), ("*.c", "vendor", False),
    ],
)  # fmt: skip
def test_a_submodule_or_a_link_stands_for_all_that_lies_below(pattern: str, folder: str, touched: bool) -> None:
    found = index(paths=[pattern]).of_paths([folder, "else"], [folder])
    assert found == ({folder: {"shop"}} if touched else {})


def test_one_path_may_belong_to_several_items() -> None:
    both = [
        ("shop", ItemMaps(paths=("shared/**",))),
        ("cart", ItemMaps(paths=("shared/lib/*.py",))),
    ]
    assert MapIndex(both).of_paths(["shared/lib/x.py"]) == {"shared/lib/x.py": {"shop", "cart"}}


def test_the_tree_of_patterns_agrees_with_each_pattern_by_itself() -> None:
    draw = random.Random(1)  # noqa: S311 - the same patterns in every run
    for _ in range(3_000):
        patterns = [
            "/".join(draw.choices(WORDS, k=draw.randint(1, 4))) + draw.choice(["", "", "/"])
            for _ in range(5)
        ]
        tree = PatternTree()
        for pattern in patterns:
            tree.add(pattern, pattern)
        path = "/".join(draw.choices(["a", "b", "ab", "ba", "c"], k=draw.randint(1, 4)))
        mapped = [(pattern, ItemMaps(paths=(pattern,))) for pattern in patterns]
        assert MapIndex(mapped).of_paths([path, "else"]).get(path, set()) == tree.find(path)
        assert tree.find(path) == {pattern for pattern in patterns if claims(pattern, path)}, (
            patterns,
            path,
        )


def claims(pattern: str, path: str) -> bool:
    if pattern.endswith("/") or not has_wildcard(pattern):
        return matches(path, pattern.removesuffix("/") + "/**")
    return matches(path, pattern)


def test_ten_thousand_paths_are_not_compared_with_each_of_many_patterns(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mapped = []
    for number in range(2_000):
        kinds = (
            f"services/s-{number}/**",
            f"infra/*/s-{number}.tf",
            f"**/v-{number}.yaml",
            f"deploy/s-{number}-*.yaml",
        )
        mapped.append((f"ci-{number}", ItemMaps(paths=kinds)))
    asked = 0
    found = MapIndex(mapped)

    def counted(part: str, word: str) -> bool:
        nonlocal asked
        asked += 1
        return match_part(part, word)

    monkeypatch.setattr("changeflow.cmdb.path_tree.match_part", counted)
    paths = [path for number in range(2_000) for path in (f"a/v-{number}.yaml", f"deploy/s-{number}-blue.yaml")]
    owners = found.of_paths(paths)
    for number in range(2_000):
        assert f"ci-{number}" in owners[f"a/v-{number}.yaml"]
        assert f"ci-{number}" in owners[f"deploy/s-{number}-blue.yaml"]
    assert asked < 20 * 2_000


@pytest.mark.parametrize(
    "pattern", ["/srv/x", "../x", "a/../b", "./a", "a//b", "a\\b", "!a", "a\u202eb", "c:/x"]
)
def test_a_pattern_that_no_path_can_match_is_known(pattern: str) -> None:
    assert unmatchable(pattern) is not None


@pytest.mark.parametrize("pattern", ["a", "a/", "**", "a/**/b.*", ":/a/b", "app/[id]/x", "größe/*"])
def test_a_pattern_that_some_path_matches_is_none_of_them(pattern: str) -> None:
    assert unmatchable(pattern) is None


@pytest.mark.parametrize(
    ("mine", "address", "covered"),
    [
        ("aws_db_instance.shop", "aws_db_instance.shop", True),
        ("aws_db_instance.shop", "aws_db_instance.shop[0]", True),
        ("aws_db_instance.shop", 'aws_db_instance.shop["a.b"]', True),
        ("aws_db_instance.shop[0]", "aws_db_instance.shop[1]", False),
        ('aws_db_instance.shop["a.b"]', 'aws_db_instance.shop["a.b"]', True),
        ("aws_db_instance.shop", "aws_db_instance.shopping", False),
        ("module.shop", "module.shop.aws_db_instance.main", True),
        ("module.shop", "module.shop[0].module.db.aws_db_instance.main[1]", True),
        ("module.shop[1]", "module.shop[0].aws_db_instance.main", False),
        ("module.shop", "module.shopping.aws_db_instance.main", False),
        ("aws_db_instance.main", "module.shop.aws_db_instance.main", False),
    ],
)
def test_an_address_covers_its_instances_and_a_module_what_lies_in_it(
    mine: str, address: str, covered: bool
) -> None:
    assert (index(terraform=[mine]).of_address(address) == {"shop"}) is covered


@pytest.mark.parametrize(
    "text",
    [
        "",
        "module",
        "module.",
        "aws_db",
        "aws_db.a.b",
        "aws db.a",
        "module.x.y",
        "aws[0].b",
        "aws.b[*]",
        "aws.b.",
        ".aws.b",
    ],
)
def test_what_is_no_address_is_none(text: str) -> None:
    assert parse_address(text) is None


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ("postgres", "docker.io/library/postgres"),
        ("postgres:17", "docker.io/library/postgres"),
        ("docker.io/postgres@sha256:0011", "docker.io/library/postgres"),
        ("team/shop:1", "docker.io/team/shop"),
        ("registry.example:5000/team/shop:1@sha256:0011", "registry.example:5000/team/shop"),
        ("localhost/shop", "localhost/shop"),
        ("Registry.Example:443/team/shop:1", "registry.example/team/shop"),
        ("registry.example./team/shop", "registry.example/team/shop"),
        ("registry.hub.docker.com/library/postgres", "docker.io/library/postgres"),
        ("registry.example/shop:${TAG:-1}", "registry.example/shop"),
        ("registry.example/shop:{{ .Values.tag }}", "registry.example/shop"),
        ("{{ .Values.image }}", None),
        ("https://registry.example/shop", None),
        ("", None),
    ],
)
def test_a_reference_to_an_image_has_one_name(reference: str, name: str | None) -> None:
    assert image_name(reference) == name


def test_an_image_belongs_to_the_item_that_names_it_any_way() -> None:
    asked = image_name("docker.io/library/postgres:17") or ""
    assert index(images=["postgres"]).of_image(asked) == {"shop"}
    assert index(images=["registry.example/shop/*"]).of_image("registry.example/shop/web") == {
        "shop"
    }


def test_a_release_is_known_by_its_name_or_with_its_namespace() -> None:
    assert index(helm=["shop"]).of_release(["shop", "prod/shop"]) == {"shop"}
    assert index(helm=["prod/shop"]).of_release(["shop", "prod/shop"]) == {"shop"}
    assert index(helm=["prod/shop"]).of_release(["shop", "test/shop"]) == set()


def test_nothing_belongs_to_a_retired_item() -> None:
    maps = {"paths": ["a"]}
    items = {
        "old": item("old", status="retired", maps=maps),
        "new": item("new", maps=maps),
        "bare": item("bare"),
    }
    assert [ci for ci, _ in mapped_items(items)] == ["new"]


def test_columns_and_records_say_the_same() -> None:
    items = {
        "both": item("both", maps={"paths": ["a/**"], "helm": ["x"]}),
        "old": item("old", status="retired", maps={"paths": ["b"]}),
        "soon": item("soon", status="planned", maps={"terraform": ["module.a"], "images": ["shop"]}),
        "bare": item("bare"),
    }
    view = ItemsView(columns_of(items))
    assert dict(mapped_items(view)) == dict(mapped_items(items)) == {ci: items[ci].spec.maps for ci in ("both", "soon")}
