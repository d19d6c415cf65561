"""Copies of everything that cannot be made again, made and put back while palate serves."""
