"""What a person can do, an act each, by theme; `models.act` says what an act is."""
