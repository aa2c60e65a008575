import pytest

from nlpbot.core.kernel.config import Settings
from nlpbot.core.kernel.errors import BundleError, ConfigError, DataError
from nlpbot.core.runs.train_options import TrainOptions, start_run


class Chosen(Settings):
    rate: float = 0.1


DATA = {"a.txt": "0" * 64}


@pytest.fixture
def options(tmp_path):
    return TrainOptions(tmp_path / "out")


def stopped(options, *, checkpoint):
    with start_run(options, Chosen(), DATA) as run:
        if checkpoint:
            run.folder.checkpoint.touch()
        raise KeyboardInterrupt


def interrupted(options, *, checkpoint):
    with pytest.raises(KeyboardInterrupt):
        stopped(options, checkpoint=checkpoint)


def test_a_run_that_was_interrupted_goes_on_with_the_settings_it_began_with(options, tmp_path, capsys):
    interrupted(options, checkpoint=True)
    with start_run(TrainOptions(options.out, resume=True), Chosen(rate=0.5), DATA) as run:
        assert run.settings == Chosen()
        assert run.folder.has_checkpoint
    assert "resumed with the settings that the run began with" in capsys.readouterr().err


def test_where_nothing_can_be_resumed_nothing_is_left(options, tmp_path):
    interrupted(options, checkpoint=False)
    assert list(tmp_path.iterdir()) == []


def test_data_that_changed_meanwhile_is_named(options):
    interrupted(options, checkpoint=True)
    resumed = TrainOptions(options.out, resume=True)
    with (
        pytest.raises(DataError, match=r"a\.txt: changed since the run began"),
        start_run(resumed, Chosen(), {"a.txt": ""}),
    ):
        pass
    assert (options.out.with_name("out.partial") / "runs" / "checkpoint.safetensors").is_file()


def test_what_else_was_given_must_be_given_again(options):
    interrupted(options, checkpoint=True)
    resumed = TrainOptions(options.out, resume=True)
    with (
        pytest.raises(ConfigError, match="columns: not as when the run began; give it as then"),
        start_run(resumed, Chosen(), DATA, given={"columns": "other"}),
    ):
        pass


def test_an_interrupted_run_is_not_thrown_away_unasked(options):
    interrupted(options, checkpoint=True)
    with pytest.raises(BundleError, match="an interrupted run; give --resume to resume it, or --force to start anew"):
        options.check()
    TrainOptions(options.out, resume=True).check()
    TrainOptions(options.out, force=True).check()


def test_a_run_begins_anew_unless_it_is_to_be_resumed(options):
    interrupted(options, checkpoint=True)
    with start_run(options, Chosen(rate=0.5), DATA) as run:
        assert run.settings == Chosen(rate=0.5)
        assert not run.folder.resume
        assert not run.folder.has_checkpoint
