import torch

from nlpbot.core.nn import LockedDropout

ONES = torch.ones(64, 7, 32)


def test_a_feature_is_dropped_at_all_time_steps_or_at_none():
    torch.manual_seed(0)
    out = LockedDropout(0.5)(ONES)
    assert (out == out[:, :1]).all()
    assert not (out[0] == out[1]).all(), "each text has a mask of its own"


def test_what_stays_is_scaled_so_that_the_mean_stays():
    torch.manual_seed(0)
    out = LockedDropout(0.25)(ONES)
    assert set(out.unique().tolist()) == {0.0, torch.tensor(1 / 0.75).item()}
    assert abs(out.mean() - 1) < 0.05


def test_nothing_is_dropped_in_evaluation_or_with_a_share_of_zero():
    assert LockedDropout(0.5).eval()(ONES) is ONES
    assert LockedDropout(0.0)(ONES) is ONES
