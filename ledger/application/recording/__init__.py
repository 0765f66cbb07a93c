"""What is asked for until it stands in the log: read, completed, looked at beforehand, decided, told."""
