"""The proving side: checkpoints, receipts, witnesses, and `verify` at each of its levels."""
