"""What the year looks like: reads only."""
