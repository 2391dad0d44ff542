"""Databases as released versions made them: a file for each revision, with a year that was begun."""
