"""The flows of the year, the flows that drive it, the command line and what starts it all."""
