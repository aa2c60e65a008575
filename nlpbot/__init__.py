"""nlpbot: small neural text models, trained on your own data, served from your own machine."""

from importlib.metadata import version

__version__ = version("nlpbot")
