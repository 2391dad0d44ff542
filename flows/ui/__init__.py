"""The year in Prefect's pages: artifacts, and the runs that show it."""
