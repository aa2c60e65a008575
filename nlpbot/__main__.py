"""``python -m nlpbot``."""

__all__ = ["main"]


def main() -> None:
    """Run the command line."""
    from nlpbot.cli import cli

    cli()


if __name__ == "__main__":
    main()
