"""A number of more digits than anything has is refused in our words, whatever file it stands in."""

from collections.abc import Callable

import pytest

from ledger.errors import InputError
from ledger.exports.accounts import read_map
from ledger.imports import import_map
from ledger.policy import loading
from ledger.proofs.content import read_json

LONG = "9" * 5_000


@pytest.mark.parametrize(
    "read",
    [
        lambda: loading.read_toml(f"a = {LONG}"),
        lambda: import_map.read_toml(f"a = {LONG}".encode()),
        lambda: read_map(f"a = {LONG}".encode(), "beancount"),
        lambda: read_json(f'{{"position": {LONG}}}'),
    ],
    ids=["policy", "import map", "export map", "receipt or manifest"],
)
def test_it_is_refused_in_words(read: Callable[[], object]) -> None:
    with pytest.raises((InputError, ValueError)) as error:
        read()
    told = error.value.fields["reason"] if isinstance(error.value, InputError) else str(error.value)
    assert "a number is too long" in str(told)
