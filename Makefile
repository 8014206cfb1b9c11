# The commands of this project; the work is done by docker/native/*.sh.
# Variables (PORT=, ONCE=, ONLY=, DB=, ODOO=, ODOO_DEB=, …) reach the scripts through the environment.
SCRIPTS := docker/native

.DEFAULT_GOAL := help
.PHONY: help run test lint bench shell stop clean wheels

help: ## list these commands
	@sed -n 's/^\([a-z]*\): ## \(.*\)/  make \1\t\2/p' Makefile | expand -t 16
	@echo
	@echo "  Whoever already runs Odoo 19: make run ODOO=/path/odoo-bin (with PGHOST …); see README.md"

run: ## set up Odoo 19, assess the demo bank, serve on 127.0.0.1 (PORT=8069; ONCE=1 only the summary; FRESH=1 anew)
	@$(SCRIPTS)/run.sh

test: ## all tests, browser tests included (ONLY=path, keyword or "guide" with GUIDE_CASES=file)
	@$(SCRIPTS)/test.sh

lint: ## ruff, pylint-odoo, OCA's hooks, shellcheck, completeness of the translation
	@$(SCRIPTS)/lint.sh

bench: ## measure speed on synthetic clients (BENCH_ARGS=…), results in benchmarks/RESULTS.md
	@$(SCRIPTS)/bench.sh

shell: ## Odoo's Python shell on the demo database (DB=name for another)
	@$(SCRIPTS)/shell.sh

stop: ## end the server and the PostgreSQL of this checkout
	@$(SCRIPTS)/stop.sh

clean: ## remove this checkout's databases and files (ALL=1: Odoo and the environments too)
	@$(SCRIPTS)/clean.sh

wheels: ## build the addons as Python wheels into dist/
	@$(SCRIPTS)/wheels.sh
