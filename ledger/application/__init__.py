"""The counter: everything the outside may ask of a ledger goes through `Ledger`."""
