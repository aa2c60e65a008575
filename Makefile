# make run     set up, train the default bundles if there are none, and serve http://127.0.0.1:8000
# make test    set up, and pass the tests (not the slow, browser, corpora and gpu ones)
# make check   lint, types, layers, tests, browser
# make bench   speed of making text and of training, beside the machine's limit (a minute, on a quiet machine)
# make bench-gpu   the same on CUDA, beside the CPU (some three minutes); GPU_OPTIONS="--decoding float32 float16 bfloat16"
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready
TORCH_INDEX ?=

.PHONY: run test check bench bench-gpu

$(READY): constraints.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX)) -c constraints.txt -e '.[dev]'
	touch $(READY)

run: $(READY)
	$(BIN)/nlpbot serve --home .nlpbot

test: $(READY)
	$(BIN)/pytest

check: $(READY)
	$(BIN)/ruff check nlpbot server tests
	$(BIN)/ruff format --check nlpbot server tests
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest
	$(BIN)/pytest -m browser

bench: $(READY)
	$(BIN)/python -m tests.benchmarks.bench_decoding
	$(BIN)/python -m tests.benchmarks.bench_training

bench-gpu: $(READY)
	$(BIN)/python -m tests.benchmarks.bench_gpu $(GPU_OPTIONS)
