"""Reads meeting plans: TOML, CSV, Excel, calendar files, the grid. Pure."""
