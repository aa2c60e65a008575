import ast
from collections import defaultdict

SHORTEST = 3
"""Statements, nested ones too, from which on a body counts; shorter ones are alike by nature."""


def body_of(node: ast.FunctionDef) -> str | None:
    """What a function does, without its name and docstring; None where that is little."""
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    statements = [child for part in body for child in ast.walk(part) if isinstance(child, ast.stmt)]
    if len(statements) < SHORTEST:
        return None
    return ast.dump(node.args) + "".join(map(ast.dump, body))


def test_no_function_is_written_twice(modules, root):
    """What two kinds need moves down, never sideways."""
    seen: dict[str, list[str]] = defaultdict(list)
    for module in modules:
        for node in ast.walk(ast.parse((root / module).read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and (body := body_of(node)):
                seen[body].append(f"{module}:{node.lineno} {node.name}")
    assert [places for places in seen.values() if len(places) > 1] == []
