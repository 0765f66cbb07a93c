"""Who may see and do what, today: pure, and one table. It asks the ledger nothing but what decisions ask."""
