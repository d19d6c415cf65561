"""Seeing inside a service that runs: traces, metrics, logs, whether it is ready, and a page about today."""
