"""Whether the program is well: the log of checks, the journal, health, the alarms."""
