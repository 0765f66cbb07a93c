"""The console's JSON interface for programs: what `kaoji … --json` prints, under the rights of whoever asks."""
