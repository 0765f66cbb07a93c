"""A ledger in somebody's hands: the one door for everything outside, and what each pair of eyes is shown."""
