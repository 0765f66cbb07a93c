"""Files for other programs, one module a format. They are made from a state of the ledger and decide nothing."""
