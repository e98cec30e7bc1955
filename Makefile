# Everything a newcomer runs. Needs python3 (3.11 or later), pip and make; the rest is set up here.
.PHONY: demo test prove check bench load format setup chromium

UV_VERSION := 0.13.9
UV := .tools/bin/uv
export UV_PYTHON_DOWNLOADS := never
export UV_PYTHON_PREFERENCE := only-system
export UV_LINK_MODE := copy

demo: .venv/.ready
	.venv/bin/hygie demo $(ARGS)

test: .venv/.ready chromium
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports
	.venv/bin/mypy
	.venv/bin/pytest $(ARGS)
	HYGIE_TEST_DATABASE=postgresql .venv/bin/pytest tests/apps tests/concurrency tests/config $(ARGS)

prove: .venv/.ready chromium
	.venv/bin/pytest -m prove $(ARGS)
	HYGIE_TEST_DATABASE=postgresql .venv/bin/pytest -m prove tests/apps tests/concurrency tests/config $(ARGS)

check: .venv/.ready
	.venv/bin/ruff check .
	.venv/bin/lint-imports
	.venv/bin/mypy
	.venv/bin/pytest -q tests/engines tests/architecture tests/catalogue

bench: .venv/.ready
	$(UV) sync --frozen --quiet --all-groups
	.venv/bin/hygie bench $(ARGS)

load: .venv/.ready
	.venv/bin/python -m benchmarks.load $(ARGS)

format: .venv/.ready
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

setup: .venv/.ready

chromium: .venv/.ready
	.venv/bin/python tests/browser/ensure_chromium.py

$(UV):
	python3 -m pip install --quiet --disable-pip-version-check --target .tools uv==$(UV_VERSION)

.venv/.ready: uv.lock pyproject.toml | $(UV)
	$(UV) sync --frozen --quiet
	.venv/bin/python -m hygie.cli.warm
	touch $@
