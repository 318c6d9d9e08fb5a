"""Messages of a page as bytes: what is well formed is read exactly, whatever else is refused by one sentence."""

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as some
from odd_frames import PARTS, REFUSED, frame, table, with_offset

from teaching.deliver.app import frames

numbers = some.one_of(some.integers(0, 200), some.integers(0, 2**64 - 1), some.sampled_from([2**31, 2**62, 2**63]))


# --- laws ----------------------------------------------------------------------------------------


@given(some.lists(some.binary(max_size=200), max_size=20), some.sampled_from(["shell", "control", "stdin", "iopub"]))
def test_what_is_written_is_read(buffers, channel):
    message = frames.read(frame([*PARTS, *buffers], channel))
    assert message == (channel, "comm_msg", [*PARTS, *buffers])


def kept_or_refused(whole) -> None:
    """A frame is read byte for byte, or refused by a sentence that fits into the reason of a close."""
    try:
        message = frames.read(whole)
    except ValueError as refusal:
        assert str(refusal).endswith(".") and len(str(refusal).encode()) <= 123
    else:
        assert frame(message.parts, message.channel) == whole


@given(some.one_of(some.binary(max_size=300), some.text(max_size=50)))
def test_any_bytes_are_read_exactly_or_refused(whole):
    kept_or_refused(whole)


@given(some.lists(numbers, max_size=12), some.binary(max_size=200))
def test_any_table_of_offsets_is_read_exactly_or_refused(offsets, then):
    kept_or_refused(table(*offsets, then=then))
    kept_or_refused(table(len(offsets), *offsets, then=then))


@given(some.integers(0, 6), numbers)
def test_no_offset_can_be_another(place, offset):
    whole = with_offset(place, offset)
    if whole == frame():
        return
    with pytest.raises(ValueError, match="follow one another|channel|JSON"):
        frames.read(whole)


@given(some.integers(0, 400), some.integers(1, 255))
def test_a_byte_that_is_another_is_noticed_or_stays_where_it_is(place, change):
    whole = bytearray(frame())
    whole[place % len(whole)] ^= change
    kept_or_refused(bytes(whole))


@pytest.mark.parametrize("count", [0, 2**16, 2**31 - 1, 2**32, 2**53, 2**62, 2**63, 2**64 - 1])
def test_a_count_costs_nothing(count):
    tracemalloc.start()
    try:
        kept_or_refused(table(count, then=frame()[8:]))
        kept_or_refused(table(count))
        assert tracemalloc.get_traced_memory()[1] < 100_000  # bytes
    finally:
        tracemalloc.stop()


# --- bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_read_is_said(what):
    whole, words = REFUSED[what]
    with pytest.raises(ValueError, match=words) as refused:
        frames.read(whole)
    assert str(refused.value).endswith(".") and len(str(refused.value).encode()) <= 123
