"""The year as data and as dates: definitions, working days, the plan of a budget year."""
