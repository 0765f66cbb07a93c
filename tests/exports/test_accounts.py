"""A company's own names for the accounts of the books: what a map may say, and what is refused."""

import pytest

from ledger.errors import InputError
from ledger.exports.accounts import Names

HEAD = 'format = "kaoji.books-map/v1"\n[accounts]\n'


def test_a_map_names_some_accounts_and_leaves_the_others() -> None:
    names = Names("hledger", (HEAD + 'own = "其他業務收入:過失"\nowed = "其他應收款:{employee}"').encode())
    assert names.of(("own",)) == "其他業務收入:過失"
    assert names.of(("owed", "E01")) == "其他應收款:E01"
    assert names.of(("wages",)) == Names("hledger").of(("wages",))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("own = ", "map_unreadable"),
        ('own = "x"', "map_format"),
        (HEAD + 'other = "資產"', "map_key_unknown"),
        (HEAD + 'owed = "資產:應收"', "map_account_wrong"),
        (HEAD + 'handed = "資產:{month}"', "map_account_wrong"),
        (HEAD + 'own = "收入:{employee}"', "map_account_wrong"),
        (HEAD + 'own = "收入  過失"', "map_account_wrong"),
        (HEAD + 'own = "收入;過失"', "map_account_wrong"),
        (HEAD + 'own = "收入:{"', "map_account_wrong"),
        (HEAD + "own = 7", "map_account_wrong"),
        (HEAD + 'own = "收入:甲"\njoint = "收入:甲"', "map_doubled"),
        ("accounts = 7\n" + HEAD.splitlines()[0], "map_key_unknown"),
    ],
)
def test_what_a_map_may_not_say(text: str, code: str) -> None:
    with pytest.raises(InputError) as refused:
        Names("hledger", text.encode())
    assert refused.value.code == code


def test_beancount_takes_names_of_its_own_kind_only() -> None:
    with pytest.raises(InputError) as refused:
        Names("beancount", (HEAD + 'own = "收入:過失"').encode())
    assert refused.value.code == "map_account_wrong"
    assert Names("beancount", (HEAD + 'own = "Income:過失"').encode()).of(("own",)) == "Income:過失"


def test_no_two_ids_become_one_account() -> None:
    names = Names("beancount")
    ids = ["E01", "e01", "E.01", "E_01", "X01", "X5830", "x", "007", "-1", "E-01", "x5830"]
    accounts = [names.of(("owed", each)) for each in ids]
    assert len(set(accounts)) == len(ids)
