"""The log: the only room that knows eventsourcing and the event table. It takes INSERT only."""
