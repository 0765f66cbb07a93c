"""kaoji 考績: an event-sourced audit ledger for staff discipline and appraisal."""
