"""Versions that do not follow each other are told alike however a log is cut."""

from itertools import product

from ledger.store.audit_streams import Gap, Streams


def taken(versions: tuple[int, ...], start: int) -> tuple[Streams, list[Gap]]:
    """A stretch of one stream's events, which begins behind a position."""
    streams = Streams(start == 0)
    positions = range(start + 1, start + 1 + len(versions))
    return streams, streams.take(positions, ["s"] * len(versions), versions)


def test_every_version_that_is_not_the_next_is_told_wherever_the_log_is_cut() -> None:
    for versions in product(range(1, 6), repeat=5):
        expected = [at for at, v in enumerate(versions, 1) if v != (versions[at - 2] if at > 1 else 0) + 1]
        for cut in range(5):
            early, gaps = taken(versions[:cut], 0)
            late, more = taken(versions[cut:], cut)
            gaps += more + early.joined(late)
            assert sorted(gap.position for gap in gaps) == expected, (versions, cut)


def test_of_a_log_that_began_before_the_first_version_is_taken_as_it_is() -> None:
    streams, gaps = taken((7, 8, 10), 5)
    assert [gap.position for gap in gaps] == [8]
    late, more = taken((11, 13), 8)
    assert more + streams.joined(late) == [Gap("s", 13, 10)]


def test_a_version_that_cannot_be_read_stands_for_the_one_that_would_follow() -> None:
    for cut in range(4):
        for unread in range(1, 4):
            streams = [Streams(True), Streams(False)]
            gaps = list[Gap]()
            for version in range(1, 4):
                here = streams[version > cut]
                if version == unread:
                    here.meet("s", version)
                else:
                    gaps += here.take([version], ["s"], [version])
            assert gaps + streams[0].joined(streams[1]) == [], (cut, unread)
            assert streams[0].take([4, 5], ["s", "s"], [4, 6]) == [Gap("s", 6, 5)]
