"""Who may see and do what: the table, the door, and that no word gets past it."""
