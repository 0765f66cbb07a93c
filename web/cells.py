"""What stands in the cells of tables: filters, since a macro called for each cell takes several times as long."""

from collections.abc import Mapping
from html import escape
from typing import Any, Final

from ledger.labels.notice_status import notice_status
from web.speech import Speech


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()

    def __html__(self) -> str:
        return self


_NOTHING: Final[tuple[Any, ...]] = (0, "0.00", "", [], False)
_NONE: Final = Html('<span class="none">–</span>')


def status(code: object, w: Speech) -> Html:
    """The word for where something stands."""
    return Html(f'<span class="tag {escape(str(code))}">{escape(w.word(code))}</span>')


def standing(notice: Mapping[str, Any], w: Speech) -> Html:
    """The word for how a notice stands, of its card or a row of a list."""
    return status(notice_status(notice), w)


def figure(value: Any, w: Speech, link: str | None = None) -> Html:
    """A figure, with a link where there is one; what is withheld and what is nothing say so."""
    if value is None:
        return Html(f'<span class="none" title="{escape(w.say("withheld"))}">–</span>')
    if value in _NOTHING:
        return _NONE
    told = escape(w.number(value))
    return Html(f'<a href="{escape(link)}">{told}</a>' if link else told)
