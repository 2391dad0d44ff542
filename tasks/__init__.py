"""The work that the flows call: the only code that opens the database. One function, one transaction."""
