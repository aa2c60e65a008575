"""Shapes in signatures are checked while tests run; the suite never opens a socket to another machine."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "2")

from jaxtyping import install_import_hook

hook = install_import_hook(["nlpbot", "server"], "beartype.beartype")
hook.__enter__()

from hypothesis import settings  # noqa: E402

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")
