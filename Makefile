# make demo   grade a class of 24 made-up students, end to end     make test   everything CI asks
# make check  style, types, import contracts                       make bench  beside stock nbgrader
# make holes  eight holes of stock nbgrader, on it and on this     make attacks  every attack, and a tally
# make load   one class on a quiet, a crowded and a busy machine: the same bytes (half an hour)
# make verify  every suite held against right and wrong solutions with 20 secrets (an hour)
# make docs   docs/commands.md and docs/settings.md, made anew
# make setup  the virtual environment; every other target makes it by itself, once
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.PHONY: setup demo test check bench holes attacks load verify docs
.DEFAULT_GOAL := test

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready

setup: $(READY)

$(READY): pyproject.toml constraints.txt .ci/setup
	@.ci/setup $(PYTHON)
	@touch $@

demo: $(READY)
	@$(BIN)/python -m release.demo

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

test: check
	@.ci/system-packages
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder --durations 20

bench: $(READY)
	@$(BIN)/python -m tests.benchmarks.throughput

holes: $(READY)
	@$(BIN)/python -m tests.benchmarks.holes

attacks: $(READY)
	@$(BIN)/python -m tests.attacks

verify: $(READY)
	@$(BIN)/release verify --all --secrets 20

load: $(READY)
	@$(BIN)/python -m tests.grading.load

docs: $(READY)
	@$(BIN)/python -m tests.docs.reference
