"""The vocabulary of the year and its rules: pure, but for `tables` and `migrations`."""
