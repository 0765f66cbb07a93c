"""What the outside may ask of a ledger: all of it goes through `Ledger`."""
