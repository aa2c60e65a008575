"""What `__all__` promises: sorted, without twins, there, and whole."""

import ast
from importlib import import_module
from pathlib import Path

import pytest


def tree_of(root: Path, module: Path) -> ast.Module:
    return ast.parse((root / module).read_text(encoding="utf-8"))


def promised(tree: ast.Module) -> list[str]:
    values = [n.value for n in tree.body if isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == "__all__"]
    return ast.literal_eval(values[0]) if values else []


def is_command(node: ast.FunctionDef | ast.ClassDef) -> bool:
    """Commands hang on their group, which is the public name."""
    return any(".command" in ast.unparse(decorator) for decorator in node.decorator_list)


def public(tree: ast.Module) -> set[str]:
    made = [n for n in tree.body if isinstance(n, (ast.FunctionDef, ast.ClassDef))]
    return {node.name for node in made if not node.name.startswith("_") and not is_command(node)}


def dotted(module: Path) -> str:
    return ".".join(module.with_suffix("").parts).removesuffix(".__init__")


def order(name: str) -> tuple[int, str]:
    """Constants, classes, functions; each by the alphabet."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)


def test_all_is_sorted_and_without_twins(modules, root):
    names = {str(module): promised(tree_of(root, module)) for module in modules}
    assert names == {module: sorted(set(found), key=order) for module, found in names.items()}


def test_every_public_function_and_class_is_in_all(modules, root):
    trees = {module: tree_of(root, module) for module in modules}
    left_out = {str(module): public(tree) - set(promised(tree)) for module, tree in trees.items()}
    assert {module: names for module, names in left_out.items() if names} == {}


def test_every_name_in_all_is_there(modules, root):
    names = [(dotted(module), name) for module in modules for name in promised(tree_of(root, module))]
    assert [pair for pair in names if not hasattr(import_module(pair[0]), pair[1])] == []


def test_modules_take_from_each_other_only_what_is_in_all(modules, root):
    trees = {dotted(module): tree_of(root, module) for module in modules}
    taken = {
        (node.module, alias.name)
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module in trees
        for alias in node.names
        if f"{node.module}.{alias.name}" not in trees
    }
    assert [f"{name} from {module}" for module, name in taken if name not in promised(trees[module])] == []


def test_in_the_core_no_two_modules_give_the_same_name(modules, root):
    seen: dict[str, Path] = {}
    core = [module for module in modules if module.parts[:2] == ("nlpbot", "core") and module.name != "__init__.py"]
    for module in core:
        for name in promised(tree_of(root, module)):
            assert name not in seen, f"{name} is in {seen[name]} and in {module}"
            seen[name] = module


@pytest.mark.parametrize("package", ["nlpbot.core.nn", "nlpbot.core.training", "nlpbot.generation"])
def test_a_package_that_gives_names_gives_them_from_its_own_modules(package):
    there = import_module(package)
    for name in there.__all__:
        home = getattr(getattr(there, name), "__module__", package)
        assert home.startswith(package) or home in ("typing", "builtins", "collections.abc")  # of aliases
