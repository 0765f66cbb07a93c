"""The password once more, for what weighs heavily: it counts for five minutes, in a session with a new id."""

from dataclasses import replace
from typing import Final

from web.ask import Ask

HEAVY: Final = frozenset(
    (
        *("decide_appeal", "close_month", "withdraw_notice", "impose_sanction", "revoke_sanction", "appoint"),
        *("adopt_policy", "erase_employee", "rotate_key", "register_site", "grant_reward", "withdraw_reward"),
        *("post_public_list", "adopt_questions", "declare_results", "withdraw_inspection", "cancel_action"),
        *("publish_appraisal", "certify_appraisal", "approve_appraisal", "verify_appraisal"),
        *("withdraw_check", "clear_responsibility", "refer_to_handbook", "close_handbook_case"),
    )
)
"""The commands that take it of a person in a browser, on a page of the console and at the interface alike."""


def address_of(ask: Ask) -> str:
    """Where a request comes from."""
    return ask.request.client.host if ask.request.client is not None else "?"


def verified(ask: Ask) -> bool:
    """Whether the password is fresh, or was given with this form and is right. What it opens is told in the answer."""
    session = ask.session
    assert session is not None
    if ask.console.accounts.is_fresh(session):
        return True
    accounts, password = ask.console.accounts, ask.form.get("password", "")
    key = f"again:{session.employee}"  # whoever guesses at the door keeps nobody inside from their work
    if not password or accounts.locked_for(key, address_of(ask)):
        return False
    if not accounts.is_right(session.employee, password, key):
        accounts.failed(key, f"address:{address_of(ask)}")
        return False
    token = accounts.begin(session.employee, agent_of(ask), instead_of=session.token)
    ask.session = replace(session, token=token, verified_at=ask.now)
    ask.renewed = True
    return True


def asked_again(ask: Ask) -> str:
    """What is said where the password was not taken: none was given, or it is not right."""
    return "password_wrong" if ask.form.get("password") else "password_needed"


def agent_of(ask: Ask) -> str:
    """What the browser calls itself."""
    return ask.request.headers.get("user-agent", "?")
