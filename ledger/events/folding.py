"""The rules of a fold by the kind of event: what is folded may be a twin, which is no instance of the event's class."""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from ledger.events.base import kinds

if TYPE_CHECKING:
    from functools import _SingleDispatchCallable

T = TypeVar("T")


def rules_by_kind(fold: "_SingleDispatchCallable[T]") -> Callable[[str], Callable[..., T]]:
    """Kind → the rule that a `singledispatch` by the classes of events has for it. KeyError for an unknown kind."""

    @cache
    def rule_of(kind: str) -> Callable[..., T]:
        return fold.dispatch(kinds()[kind])

    return rule_of


def has_rule(fold: "_SingleDispatchCallable[Any]", kind: str) -> bool:
    """Whether a fold has a rule of its own for a kind, rather than the one for whatever it leaves as it is."""
    return fold.dispatch(kinds()[kind]) is not fold.dispatch(object)
