"""The ledger folded up to a position: what decisions, reports and reviews are made from."""
