"""The service under faults: what was acknowledged stays, once and in order, and service comes back by itself."""
