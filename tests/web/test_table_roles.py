"""Tables that a phone lays out in rows say what they are; others, and what stands in cells, stay as they are."""

from web.table_roles import with_roles

_HEAD = "<thead><tr><th>A</th><th class=n>B</th></tr></thead>"
_NAMED = (
    '<thead role="rowgroup"><tr role="row"><th role="columnheader">A</th>'
    '<th role="columnheader" class=n>B</th></tr></thead>'
)


def stacked(row: str) -> str:
    """What becomes of a row of a stacked table."""
    found = with_roles(f'<p>–</p><table class="stack brief">{_HEAD}<tbody>{row}</tbody></table>')
    before, _, rest = found.partition('<tbody role="rowgroup">')
    assert before == f'<p>–</p><table role="table" class="stack brief">{_NAMED}'
    row, _, after = rest.partition("</tbody>")
    assert after == "</table>"
    return row


def test_each_part_of_a_row_has_its_role() -> None:
    row = '<tr><th scope="row">1</th><td>&lt;td&gt; – y</td><td class="n" data-h="C">w</td></tr>'
    assert stacked(row) == (
        '<tr role="row"><th role="rowheader" scope="row">1</th>'
        '<td role="cell">&lt;td&gt; – y</td><td role="cell" class="n" data-h="C">w</td></tr>'
    )


def test_cells_with_nothing_in_them_are_marked_unless_all_are() -> None:
    empty = '<td class="n">–</td><td><span class="none">–</span></td>'
    assert stacked(f"<tr>{empty}<td>x</td></tr>") == (
        '<tr role="row"><td role="cell" class="n zero">–</td>'
        '<td role="cell" class="zero"><span class="none">–</span></td><td role="cell">x</td></tr>'
    )
    assert "zero" not in stacked(f"<tr>{empty}</tr>")


def test_other_tables_stay_as_they_are() -> None:
    plain = "<table><tbody><tr><td>–</td><td>x</td></tr></tbody></table>"
    assert with_roles(plain) == plain
