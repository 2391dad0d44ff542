"""Proposes the meetings of the coming year from this one's habits, demands and holidays. Pure."""
