"""Who holds which role and who is away, read from TOML, CSV and Excel."""
