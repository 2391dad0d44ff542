"""Sammanträden: kept, read in, listed, moved, tried, proposed for the next year."""
