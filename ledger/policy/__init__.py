"""What the rules say, as dated data: the model, the book of versions, the calendar, the default house rules."""
