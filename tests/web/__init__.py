"""The console through a real socket: who gets in, what each page shows to whom, and what is recorded."""
