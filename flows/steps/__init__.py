"""How a step is brought on and shown: what its own form does, and what a driving flow does with all."""
