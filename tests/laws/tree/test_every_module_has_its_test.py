from pathlib import Path

EXCEPTIONS: set[str] = set()
"""Modules without a test file; to be left empty."""


def mirror_of(module: Path) -> Path:
    folders = module.parts[1:-1] if module.parts[0] == "nlpbot" else module.parts[:-1]
    return Path("tests", *folders, f"test_{module.stem.strip('_')}.py")


def test_every_module_has_its_test(modules, root):
    wanted = [module for module in modules if module.name != "__init__.py" and str(module) not in EXCEPTIONS]
    missing = [str(mirror_of(module)) for module in wanted if not (root / mirror_of(module)).is_file()]
    assert not missing


def test_every_test_has_its_module(modules, root):
    """A test whose module was moved or renamed is found here."""
    wanted = {mirror_of(module) for module in modules}
    mirrored = {module.parts[1] for module in modules if len(module.parts) > 2 and module.parts[0] == "nlpbot"}
    found = [
        path.relative_to(root) for top in (*mirrored, "server") for path in (root / "tests" / top).rglob("test_*.py")
    ]
    assert not [str(path) for path in found if path not in wanted]
