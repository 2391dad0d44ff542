"""Who holds which role, and who is away."""
