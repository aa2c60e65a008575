"""What every `train` command takes, and how it goes: a bundle is trained, promoted if a home is given, and told of."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar, Unpack

import click

from nlpbot.core.terminal.commands import SLOT, device_option, force_option, json_option, training_seed_option
from nlpbot.core.terminal.paths import out_or_home_options

if TYPE_CHECKING:
    from nlpbot.core.bundles.home import BundleHome
    from nlpbot.core.runs.train_options import TrainOptions
    from nlpbot.core.runs.training_record import TrainedBundle

__all__ = ["TrainArguments", "run_training", "training_options"]

Command = TypeVar("Command", bound=Callable[..., Any])


class TrainArguments(TypedDict):
    """What `training_options` add to a command."""

    out: Path | None
    home: Path | None
    force: bool
    resume: bool
    seed: int | None
    device: str
    as_json: bool


def training_options(command: Command) -> Command:
    """Add what every `train` takes: where to, ``--force``, ``--resume``, ``--seed``, ``--device`` and ``--json``."""
    resume = click.option("--resume", is_flag=True, is_eager=True, help="Resume a run that was interrupted.")
    command = training_seed_option(device_option(json_option(command)))
    return out_or_home_options(force_option(resume(command)))


def run_training(
    train: "Callable[[TrainOptions], TrainedBundle]", *, kind: str, **given: Unpack[TrainArguments]
) -> None:
    """Train a bundle as `training_options` say, and print what came of it.

    Args:
        train: trains and writes it.
        kind: of the bundle.
        given: values of the options.
    """
    from nlpbot.core.kernel.console import print_result
    from nlpbot.core.runs.train_options import TrainOptions

    with _destination(given["out"], given["home"], kind=kind) as folder:
        rest = {"force": given["force"], "resume": given["resume"]}
        trained = train(TrainOptions(folder, **rest, seed=given["seed"], device=given["device"]))
    print_result(trained, as_json=given["as_json"])


@contextmanager
def _destination(out: Path | None, home: Path | None, *, kind: str) -> Iterator[Path]:
    """Yield the folder to write a bundle to: `out`, or the next version in a slot of a home, which then serves it.

    The slot is the one that ``--as`` names, by default that of the kind.

    Raises:
        click.UsageError: not one of the two is given, or a slot without a home.
        BundleError: the slot holds bundles of another kind.
    """
    from nlpbot.core.bundles.home import BundleHome

    slot = click.get_current_context().meta.get(SLOT)
    if (out is None) == (home is None):
        raise click.UsageError("expected one of --out and --home")
    if home is None and slot is not None:
        raise click.UsageError("--as names a slot of a home; expected --home")
    if out is not None:
        yield out
    elif home is not None:
        bundles, slot = BundleHome(home), slot or kind
        _check_kind(bundles, slot, kind)
        folder = bundles.new_version(slot)
        yield folder
        bundles.promote(slot, folder.name)


def _check_kind(home: "BundleHome", slot: str, kind: str) -> None:
    """Refuse a slot that holds bundles of another kind."""
    from nlpbot.core.kernel.errors import BundleError

    if other := home.kinds(slot) - {kind}:
        raise BundleError(f"{home.root}: {slot} holds bundles of {min(other)}; choose another name with --as")
