"""One file a report: rows in, JSON values out."""
