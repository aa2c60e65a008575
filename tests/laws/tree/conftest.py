from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture
def root() -> Path:
    return ROOT


@pytest.fixture
def modules() -> list[Path]:
    """Each module of nlpbot and server, as a path from the root."""
    return sorted(path.relative_to(ROOT) for top in ("nlpbot", "server") for path in (ROOT / top).rglob("*.py"))
