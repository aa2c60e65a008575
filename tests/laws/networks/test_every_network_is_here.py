import nlpbot.core.nn
from nlpbot.core.kernel.config import Settings


def test_every_network_is_under_the_laws(request):
    """A network is what is built from a whole config; what it is made of has tests of its own."""
    ours = request.config.pluginmanager
    conftest = next(plugin for plugin in ours.get_plugins() if hasattr(plugin, "NETWORKS"))
    exported = vars(nlpbot.core.nn).values()
    settings = {value for value in exported if isinstance(value, type) and issubclass(value, Settings)}
    shapes = {base for each in settings for base in each.__mro__[1:]}
    assert {type(network.config) for network in conftest.NETWORKS} == settings - shapes
