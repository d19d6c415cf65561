"""Measuring palate beside others, on the same data, in one run. One system a file, each in a process of its own."""
