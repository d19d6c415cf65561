"""The service under load; `make load` runs it, no test does."""
