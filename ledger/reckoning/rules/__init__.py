"""One file per rule; rules do not know each other, `reckon` puts them together."""
