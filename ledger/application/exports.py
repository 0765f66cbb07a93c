"""Files for other programs, each of one state of the ledger."""

from collections.abc import Mapping

from ledger.application.part import Part
from ledger.exports import beancount, books, hledger
from ledger.exports.accounts import Format, Names

__all__ = ["Exports", "Format"]


class Exports(Part):
    """What other programs read. Nothing is decided here, and nobody's words are in it."""

    def books(
        self,
        form: Format,
        titles: Mapping[str, str],
        accounts: bytes | None = None,
        until: str | None = None,
        as_of: int | None = None,
    ) -> bytes:
        """`export books`: double entry of all closes, returns and settlements, up to a month where one is given.

        `titles`: words for close, run, return, carry, write_off. `accounts`: a map of account names, as bytes of TOML.
        InputError `map_unreadable`, `map_format`, `map_key_unknown`, `map_account_wrong`, `map_doubled`.
        """
        names = Names(form, accounts)
        with self._ledger.look_at_log(as_of) as look:
            found = books.entries(look.state, until)
        write = hledger.journal if form == "hledger" else beancount.ledger
        return write(found, names, titles).encode()
