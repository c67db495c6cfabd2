# Scoreboard. `make demo` is the place to start; README.md says the rest.

PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $$python && break; done)
UV ?= $(shell command -v uv 2>/dev/null)
SCOREBOARD_PORT ?= 8080

# what somebody typed, as one word of the shell, whatever is in it
typed = '$(subst ','\'',$(value $(1)))'

BIN := .venv/bin
INSTALLED := .venv/.installed
export PYTHONPATH := $(CURDIR)/plugins:$(CURDIR)
# nothing that runs here reports home
export AIRFLOW__USAGE_DATA_COLLECTION__ENABLED := False
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export DO_NOT_TRACK := 1
export GX_ANALYTICS_ENABLED := false

.DEFAULT_GOAL := help
.PHONY: help demo run report restate accept check-connections docs shots metrics up rollback alerts faults test lint format lock env clean superset spark status publish-postgres

help:  ## This list
	@grep -E '^[a-z-]+:.*## ' Makefile | sed 's/:.*## /\t/' | expand -t 20

demo: $(INSTALLED)  ## Run the whole pipeline over the sample company out of stand-in vendors (in ./var/demo); SOURCES=files: out of files
	@$(BIN)/python -m scoreboard demo --sources "$(or $(SOURCES),vendors)"

run: $(INSTALLED)  ## Run the whole pipeline once over your files (in ./var, or SCOREBOARD_HOME)
	@$(BIN)/python -m scoreboard run

report: $(INSTALLED)  ## Close a quarter and write its award report: make report QUARTER=2026-Q1
	@$(BIN)/python -m scoreboard report "$(QUARTER)"

restate: $(INSTALLED)  ## Change a closed quarter's figures to what is known now: make restate QUARTER=2026-Q1 WHY='...' BY='...'
	@$(BIN)/python -m scoreboard restate "$(QUARTER)" $(call typed,WHY) $(call typed,BY)

accept: $(INSTALLED)  ## Let a batch that drifted pass: make accept ENTITY=tickets RUN=... WHY='...'
	@$(BIN)/python -m scoreboard accept "$(ENTITY)" "$(RUN)" $(call typed,WHY)$(if $(FEED), --adapter "$(FEED)")

check-connections: $(INSTALLED)  ## What your connections can do, what permission is missing, how many rows they see
	@$(BIN)/python -m scoreboard check-connections

status: $(INSTALLED)  ## How this home is doing, and what needs a person (then it fails); ALL=1 for every stream, JSON=1 for a machine
	@$(BIN)/python -m scoreboard status $(if $(ALL),--all) $(if $(JSON),--json)

docs: $(INSTALLED)  ## The documentation as pages, and dbt's own about every table and column of the last run
	@$(BIN)/python -m scoreboard docs

shots: $(INSTALLED)  ## Pictures of every page and report of the sample company, into docs/images (needs chromium; after make demo SOURCES=files)
	@$(BIN)/python -m demo.shots

metrics: $(INSTALLED)  ## Ask for published figures: make metrics NAMES='nps satisfaction_mean' BY='metric_time__reporting_quarter'
	@$(BIN)/python -m scoreboard metrics $(NAMES) $(if $(BY),--by $(BY))

up: $(INSTALLED)  ## Airflow with its web UI on http://127.0.0.1:SCOREBOARD_PORT (8080)
	@$(BIN)/python -m scoreboard up --port "$(SCOREBOARD_PORT)"

superset: $(INSTALLED)  ## Superset with a dashboard of five charts, in an environment of its own, on http://127.0.0.1:SUPERSET_PORT (8088)
	@$(BIN)/python deploy/superset/run.py

spark: $(INSTALLED)  ## Spark on loopback to build on (SCOREBOARD_TARGET=spark), in an environment of its own; needs Java 17 or 21; Ctrl-C ends it
	@$(BIN)/python deploy/spark/run.py

rollback: $(INSTALLED)  ## Publish the version before this one again
	@$(BIN)/python -m scoreboard rollback

alerts: $(INSTALLED)  ## What became of the alerts' messages: make alerts [AGAIN=id | AGAIN=failed | SETTLED=id] sends again, or closes
	@$(BIN)/python -m scoreboard alerts $(if $(AGAIN),--again "$(AGAIN)") $(if $(SETTLED),--settled "$(SETTLED)")

publish-postgres: $(INSTALLED)  ## Show the published version in PostgreSQL (SCOREBOARD_PUBLISH_TO_POSTGRES names the Airflow Connection)
	@$(BIN)/python -m scoreboard publish-postgres

faults: $(INSTALLED)  ## Every fault on every vendor: what was served, landed, lost and doubled (fails if anything was lost or doubled)
	@$(BIN)/python -m tests.faults.matrix

test: $(INSTALLED)  ## The whole test suite
	@$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

lint: $(INSTALLED)  ## Style, types and SQL style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy plugins/scoreboard
	$(BIN)/sqlfluff lint --disable-progress-bar --processes 2 dbt_project/models

format: $(INSTALLED)  ## Put Python and imports into the house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock:  ## Pin and hash requirements.in into requirements.lock (needs uv)
	@test -n "$(UV)" || { echo "make lock needs uv: https://docs.astral.sh/uv/"; exit 1; }
	"$(UV)" pip compile --universal --python-version 3.11 --generate-hashes --no-header requirements.in -o requirements.lock

env:  ## .env with fresh secrets for docker-compose.yaml
	@python3 deploy/make_env.py .env

clean:  ## Remove the virtual environment and caches; never data
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis dbt_project/target dbt_project/logs
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Installed once per lock file; a half-finished installation leaves no stamp and is begun anew.
$(INSTALLED): requirements.lock
	@test -n "$(PYTHON)" || { echo "Scoreboard needs Python 3.11, 3.12 or 3.13; point PYTHON at one: make demo PYTHON=/path/to/python3.11"; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
		|| { echo "$(PYTHON) is not Python 3.11, 3.12 or 3.13"; exit 1; }
	@rm -rf .venv
	@echo "Installing the locked packages into .venv ..."
ifneq ($(UV),)
	@"$(UV)" venv --quiet --python "$(PYTHON)" .venv
	@"$(UV)" pip install --quiet --compile-bytecode --python $(BIN)/python --no-deps --require-hashes -r requirements.lock
else
	@"$(PYTHON)" -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
endif
	@touch $@
