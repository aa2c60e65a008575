import ast
from pathlib import Path

import nlpbot


def test_every_predictor_is_under_the_laws(request):
    plugins = request.config.pluginmanager.get_plugins()
    cases = next(plugin.PREDICTORS for plugin in plugins if hasattr(plugin, "PREDICTORS"))
    files = [path for path in Path(nlpbot.__file__).parent.glob("*/predictor.py") if path.parent.name != "core"]
    trees = [ast.parse(path.read_text("utf-8")) for path in files]
    classes = {node.name for tree in trees for node in tree.body if isinstance(node, ast.ClassDef)}
    assert {type(case.trained()).__name__ for case in cases} == {c for c in classes if c.endswith("Predictor")}
