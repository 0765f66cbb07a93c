"""What is read: each function asks one state of the ledger and gives what the command line prints."""
