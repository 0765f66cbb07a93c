"""The ledgers of a group: where they lie, each opened in turn, and what is asked of all of them."""
