"""``python -m nlpbot``."""

import os

__all__ = ["main"]


def main() -> None:
    """Run the command line."""
    # OpenMP reads it when it is loaded. By default its threads spin while they wait for each other; where another
    # process has taken a core, they spin until that one lets go of it, and everything takes several times as long.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    from nlpbot.cli import cli

    cli()


if __name__ == "__main__":
    main()
