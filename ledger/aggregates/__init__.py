"""What may be recorded next: `decide` refuses or makes events, `evolve` folds them and never refuses (law 2)."""
