import ast
from pathlib import Path

EXCEPTIONS: set[str] = set()
"""Modules without a test file; to be left empty."""


def mirror_of(module: Path) -> Path:
    folders = module.parts[1:-1] if module.parts[0] == "nlpbot" else module.parts[:-1]
    return Path("tests", *folders, f"test_{module.stem.strip('_')}.py")


def claims_something(path: Path) -> bool:
    """Whether a file is there, with a test that asserts, or wants an error to be raised."""
    if not path.is_file():
        return False
    tree = ast.parse(path.read_text(encoding="utf-8"))
    tests = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    return any(
        isinstance(node, ast.Assert) or ast.unparse(node) == "pytest.raises" for t in tests for node in ast.walk(t)
    )


def test_every_module_has_its_test(modules, root):
    expected = [module for module in modules if module.name != "__init__.py" and str(module) not in EXCEPTIONS]
    assert [str(mirror_of(module)) for module in expected if not claims_something(root / mirror_of(module))] == []


def test_a_test_without_a_claim_is_none(tmp_path):
    path = tmp_path / "test_nothing.py"
    for text in ("", "def test_it():\n    pass\n", "def helper():\n    assert True\n"):
        path.write_text(text)
        assert not claims_something(path)
    path.write_text("def test_it():\n    assert 1 + 1 == 2\n")
    assert claims_something(path)


def test_every_test_has_its_module(modules, root):
    """A test whose module was moved or renamed is found here."""
    expected = {mirror_of(module) for module in modules}
    mirrored = {module.parts[1] for module in modules if len(module.parts) > 2 and module.parts[0] == "nlpbot"}
    found = [
        path.relative_to(root) for top in (*mirrored, "server") for path in (root / "tests" / top).rglob("test_*.py")
    ]
    assert not [str(path) for path in found if path not in expected]
