"""The web server: the only place that knows HTTP. Importing it does not import torch."""
