"""What is loaded stays, and nobody looks for garbage among it."""

import gc

import pytest

from server.garbage import no_garbage_search


def test_garbage_is_not_looked_for_in_the_block_nor_later_among_what_it_made() -> None:
    before = gc.get_freeze_count()
    with no_garbage_search():
        assert not gc.isenabled()
        kept = [[] for _ in range(1000)]
    assert gc.isenabled()
    assert gc.get_freeze_count() >= before + len(kept)


def test_it_is_looked_for_again_after_a_failure() -> None:
    with pytest.raises(ZeroDivisionError), no_garbage_search():
        raise ZeroDivisionError
    assert gc.isenabled()
