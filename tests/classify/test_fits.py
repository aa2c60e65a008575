import pytest

from nlpbot.classify.fits import Fits
from nlpbot.classify.members import LstmMember
from nlpbot.core.kernel.errors import ConfigError


@pytest.fixture
def fits(settings, cpu):
    def of(**changes):
        return Fits(settings.model_copy(update=changes), cpu, None, None, None, None)

    return of


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"model": "linear"}, ("linear",)),
        ({"model": "auto"}, ("linear", "lstm")),
        ({"model": "stacked", "network": "encoder"}, ("linear", "encoder")),
        ({"model": "lstm", "network": "encoder"}, ("linear", "lstm")),
    ],
)
def test_the_members_are_those_that_settings_name(fits, changes, names):
    assert fits(**changes).names == names


def test_a_network_is_trained_for_as_many_epochs_as_are_asked(fits, rows):
    member = fits(model="lstm").network(rows, "all", epochs=2)
    assert isinstance(member, LstmMember)
    assert member.run.steps == 2 * -(-len(rows) // 8)


def test_an_encoder_is_to_be_given(fits, rows):
    with pytest.raises(ConfigError, match="none is given"):
        fits(model="encoder").network(rows, "all")
