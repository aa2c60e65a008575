import nlpbot.core.nn
from nlpbot.core.config import Settings


def test_every_network_is_under_the_laws(request):
    """A network is what is built from settings; what it is made of has tests of its own."""
    ours = request.config.pluginmanager
    conftest = next(plugin for plugin in ours.get_plugins() if hasattr(plugin, "NETWORKS"))
    exported = vars(nlpbot.core.nn)
    configs = {name for name, value in exported.items() if isinstance(value, type) and issubclass(value, Settings)}
    assert {type(network.config).__name__ for network in conftest.NETWORKS} == configs
