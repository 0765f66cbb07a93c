"""Reading spreadsheets as offices have them: bytes in, commands and verdicts row by row out (finance §15).

Nothing here knows the ledger's log: what is on record comes in as values (`known`), what is to be recorded goes out as
commands of domain §10.1, and what is refused goes out as errors with the address of their cell.
"""
