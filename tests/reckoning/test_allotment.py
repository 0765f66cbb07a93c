"""The allocation of a run to pay items: no fen is lost, doubled or left open as a credit (finance §12)."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.reckoning.allotment import Item, Run, allot, allotments, difference_items
from ledger.terms import COMPONENTS

MONTHS = [f"2026-{month:02d}" for month in range(1, 9)]


def _own(month: str, fen: int) -> Item:
    return Item(month, "own", month, fen)


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Run], list[int]]:
    """Closes of one person under any wage guard, with differences carried, and what each of them carries on."""
    runs: list[Run] = []
    carries: list[int] = []
    carried = 0
    for place, month in enumerate(MONTHS[: draw(st.integers(1, len(MONTHS)))]):
        amounts = draw(
            st.lists(
                st.tuples(
                    st.sampled_from(MONTHS[: place + 1]),
                    st.sampled_from(COMPONENTS),
                    st.integers(-9_000, 9_000).filter(bool),
                ),
                unique_by=lambda line: line[:2],
                max_size=6,
            )
        )
        lines = tuple(Item(earlier, component, month, fen) for earlier, component, fen in amounts)
        differences = tuple(
            draw(st.lists(st.tuples(st.sampled_from(MONTHS[:place]), st.integers(-5_000, 5_000)), max_size=2))
            if place
            else []
        )
        due = carried + sum(item.amount_fen for item in lines) + sum(fen for _, fen in differences)
        deducted = due if due < 0 else draw(st.integers(0, due))
        carried = due - deducted
        runs.append(Run(month, lines, deducted, differences))
        carries.append(carried)
    return runs, carries


@settings(suppress_health_check=[HealthCheck.too_slow])  # a busy machine draws slowly
@given(histories())
def test_what_is_allotted_is_what_is_deducted_and_the_rest_is_what_is_carried(history: Any) -> None:
    runs, carries = history
    made = list(allotments(runs))
    assert [allotment.month for allotment in made] == [run.month for run in runs]
    for run, carried, allotment in zip(runs, carries, made, strict=True):
        assert sum(map(allotment.of, COMPONENTS)) == run.deducted_fen
        assert sum(item.amount_fen for item in allotment.taken) == run.deducted_fen
        assert allotment.carried_fen == carried
        assert all(item.amount_fen > 0 for item in allotment.rest)


@settings(suppress_health_check=[HealthCheck.too_slow])  # a busy machine draws slowly
@given(histories())
def test_every_item_is_taken_once_and_in_its_order(history: Any) -> None:
    runs, _ = history
    for allotment in allotments(runs):
        whole = [item for item in allotment.rest if item not in allotment.taken]
        debits = [item for item in allotment.taken if item.amount_fen > 0]
        order = [(item.obligation_month, COMPONENTS.index(item.component), item.close) for item in debits]
        assert order == sorted(order)
        if debits and whole:
            last, first = debits[-1], whole[0]
            assert (last.obligation_month, COMPONENTS.index(last.component)) <= (
                first.obligation_month,
                COMPONENTS.index(first.component),
            )


@given(st.lists(st.integers(-500, 500).filter(bool), max_size=5), st.integers(-2_000, 2_000).filter(bool))
def test_a_carried_difference_keeps_its_amount(amounts: list[int], fen: int) -> None:
    taken = [_own(month, amount) for month, amount in zip(MONTHS, amounts, strict=False)]
    made = difference_items(taken, "2026-08", fen)
    assert sum(item.amount_fen for item in made) == fen
    assert all((item.amount_fen > 0) == (fen > 0) for item in made)


def test_the_oldest_debit_is_taken_first_and_the_last_one_is_split() -> None:
    items = [_own("2026-03", 1_000), _own("2026-01", 700), Item("2026-01", "joint", "2026-03", 600)]
    allotment = allot("2026-03", items, 1_500)
    assert [(item.obligation_month, item.component, item.amount_fen) for item in allotment.taken] == [
        ("2026-01", "own", 700),
        ("2026-01", "joint", 600),
        ("2026-03", "own", 200),
    ]
    assert [item.amount_fen for item in allotment.rest] == [800]


def test_a_credit_is_taken_in_full_and_makes_room_for_debits() -> None:
    allotment = allot("2026-03", [_own("2026-03", 1_000), Item("2026-01", "joint", "2026-03", -400)], 100)
    assert (allotment.of("own"), allotment.of("joint"), allotment.carried_fen) == (500, -400, 500)


def test_what_is_short_is_the_youngest_item_and_what_no_item_explains_is_own() -> None:
    taken = [_own("2026-01", 700), Item("2026-02", "joint", "2026-02", 300)]
    assert difference_items(taken, "2026-02", 400) == (
        _own("2026-01", 100),
        Item("2026-02", "joint", "2026-02", 300),
    )
    assert difference_items([], "2026-02", -60) == (_own("2026-02", -60),)


@pytest.mark.parametrize("deducted", [1_001, -1])
def test_a_run_that_cannot_be_is_an_error(deducted: int) -> None:
    with pytest.raises(ValueError, match="cannot be made"):
        allot("2026-01", [_own("2026-01", 1_000)], deducted)
