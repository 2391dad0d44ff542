"""The statutes as rules: each a small object with its citation, asked of a planned year.

Pure. A rule asks what a step *is* in the law's sense (`avser` in the definition) and never for a slug,
so it serves any municipality. KL is kommunallagen (2017:725), consolidated as of 2025-07-01.
"""
