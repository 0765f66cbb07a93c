"""One state of a ledger, now or as of then, and every report and card of it."""
