# `make verify` on a fresh machine: installs everything into .venv and runs the main job. Options: OUT=folder, PYTHON=python3.12
PYTHON ?= python3
OUT ?= out
BIN := .venv/bin
export OMP_NUM_THREADS ?= 1

.PHONY: verify test lint format proofs-table rocq bench clean

verify: .venv/installed
	$(BIN)/symadv verify --out $(OUT)

test: .venv/installed
	$(BIN)/python -m pytest -n auto

lint: .venv/installed proofs-table
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: .venv/installed
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

# Fails when proofs/README.md is not what the claims say; `symadv table proofs/ --write` renews it.
proofs-table: .venv/installed
	$(BIN)/python -m symadv table proofs/ --check

# The theorems of proofs/rocq through Rocq's kernel; says "skipped" where coqc is not installed.
rocq: .venv/installed
	$(BIN)/symadv check proofs/ --kernel

bench: .venv/installed
	$(BIN)/python -m benchmarks

clean:
	rm -rf .venv out dist build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/installed: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[test]'
	$(BIN)/python -m pip install --quiet --no-deps torchattacks  # its requirements would bring torchvision
	touch $@
