"""The command line: parse, one call to the ledger, render."""
