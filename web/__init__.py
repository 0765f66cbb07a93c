"""The console: the ledger as pages, for people who use no terminal. It comes through `Desk`, like the command line."""
