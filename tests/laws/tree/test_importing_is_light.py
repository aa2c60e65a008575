import subprocess
import sys

HEAVY = {"torch", "gensim", "sklearn", "matplotlib"}
SCRIPT = "import importlib, sys; [importlib.import_module(name) for name in sys.argv[1:]]; print(*sys.modules)"


def loaded_by(*names: str) -> set[str]:
    done = subprocess.run([sys.executable, "-c", SCRIPT, *names], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_server_and_the_command_line_load_no_torch(modules):
    """`nlpbot --help` answers at once, and a server says early what is wrong with its settings."""
    light = [m for m in modules if m.parts[0] == "server" or m.match("*commands.py") or m.name == "cli.py"]
    names = [".".join(module.with_suffix("").parts).removesuffix(".__init__") for module in light]
    loaded = loaded_by(*names)
    assert "server.app" in loaded
    assert "nlpbot.lm.commands" in loaded
    assert loaded & HEAVY == set()


def test_a_familys_name_loads_its_predictor_only_when_it_is_used():
    assert loaded_by("nlpbot.fraud", "nlpbot.lm", "nlpbot.chat", "nlpbot.vision") & HEAVY == set()


def test_networks_load_nothing_that_makes_text():
    assert loaded_by("nlpbot.core.nn", "nlpbot.core.nn.lenet") & {"onnx", "onnxruntime", "nlpbot.generation"} == set()
