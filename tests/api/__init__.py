"""Tests of palate.api."""
