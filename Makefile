# syndicat — « make » seul imprime l’aide. / « make » alone prints this help.

PORT     ?= 8000
MEMBRES  ?=
TESTS    ?= tests
ARGS     ?=
PYTEST_N ?= 2
BANCS    ?= bench/*.py
CI       ?=

# The first Python that is recent enough, whatever its name.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 \
	&& { echo $$p; break; }; done)
V        := .venv/bin/python
EMBARQUE := $(V) -m syndicat.embarque
AMORCE   := $(PYTHON) syndicat/embarque/amorce.py
VERROU   := .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate

.DEFAULT_GOAL := help
.PHONY: help python demo demo-reset stop test services check fix bench marche-complete lock audit-lock clean install

help: ## cette aide / this help
	@echo "syndicat — services numériques mutualisés d’un syndicat mixte"
	@echo
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "  make demo PORT=8001 MEMBRES=tous     make test TESTS=tests/syndicat/embarque ARGS=-x"

python:
	@test -n "$(PYTHON)" || { echo "Erreur : il faut Python 3.11 ou plus récent." \
	"Sous Debian 12 ou Ubuntu 24.04 : « sudo apt install python3 python3-venv ». / Python 3.11+ is required."; exit 1; }

demo: python ## la démonstration complète sur http://localhost:8000 / the whole demo (PORT=, MEMBRES=tous)
	@$(AMORCE) demo 8
	@exec $(EMBARQUE) demo --port "$(PORT)" --membres "$(MEMBRES)" --faites 3 --total 8

demo-reset: python ## efface les données de la démonstration, puis la relance / start anew
	@$(AMORCE) demo 8
	@$(EMBARQUE) effacer
	@exec $(EMBARQUE) demo --port "$(PORT)" --membres "$(MEMBRES)" --faites 3 --total 8

stop: ## arrête les bases embarquées restées en marche / stop leftover embedded databases
	@$(EMBARQUE) arreter

install: python ## environnement de développement seul / development environment only
	@$(AMORCE) essais

# --- Tests: embedded services by default, the machine's when CI=true ------------------------------------
PYTEST := $(V) -m pytest -n $(PYTEST_N) --dist loadgroup $(TESTS) $(ARGS)

test: install ## les tests, sur des services à eux ; CI=true : ceux de la machine / tests
ifeq ($(CI),true)
	@$(EMBARQUE) exiger -- $(PYTEST)
else
	@$(EMBARQUE) --dossier .demo/test executer --essais -- $(PYTEST) -m "not services"
endif

marche-complete: install ## chaque route × méthode × rôle × membre étranger / the full isolation walk
	@MARCHE=complete $(EMBARQUE) --dossier .demo/test executer --essais -- $(V) -m pytest -n $(PYTEST_N) \
	--dist loadgroup tests/architecture $(ARGS)

check: install audit-lock ## ruff, mypy, couches, gabarits, migrations, déploiement / every static check
	@$(V) outils/verifier.py

fix: install ## corrige ce que ruff et djade savent corriger / automatic fixes
	@.venv/bin/ruff check --fix . && .venv/bin/ruff format .
	@git ls-files -z '*.html' | xargs -0 -r .venv/bin/djade --target-version 5.2

bench: install ## chaque banc de mesure, puis le tableau / every benchmark, then a table
	@$(EMBARQUE) --dossier .demo/bench executer -- $(V) outils/bancs.py $(BANCS)

# --- Lock files ----------------------------------------------------------------------------------------
lock: ## refait les verrous Python et npm / rebuild every lock file (UPGRADE=1 to upgrade)
	@$(VERROU) $(if $(UPGRADE),--upgrade) requirements/base.in -o requirements/base.txt
	@$(VERROU) $(if $(UPGRADE),--upgrade) -c requirements/base.txt requirements/embarque.in -o requirements/embarque.txt
	@$(VERROU) $(if $(UPGRADE),--upgrade) -c requirements/base.txt -c requirements/embarque.txt requirements/dev.in \
	-o requirements/dev.txt
	@$(VERROU) $(if $(UPGRADE),--upgrade) requirements/node.in -o requirements/node.txt
	@npm install --package-lock-only --omit-lockfile-registry-resolved --no-audit --no-fund
	@$(MAKE) --no-print-directory audit-lock

audit-lock:
	@! grep -nE 'https?://|--(extra-)?index-url|--find-links|--trusted-host' requirements/*.in requirements/*.txt \
	|| { echo "Erreur : une adresse de registre est entrée dans requirements/."; exit 1; }
	@! grep -n '"resolved": *"http' package-lock.json \
	|| { echo "Erreur : une adresse de registre est entrée dans package-lock.json."; exit 1; }

clean: ## arrête et efface tout ce qui se refait / stop and remove everything that can be rebuilt
	@if [ -x $(V) ]; then for d in .demo .demo/test .demo/bench; do \
	[ ! -d $$d ] || $(EMBARQUE) --dossier $$d effacer; done; fi
	@rm -rf .demo .venv node_modules syndicat/web/static/web/dist staticfiles .mypy_cache .ruff_cache .pytest_cache \
	.import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
