"""Whether what a reply says is true: read from the words and the catalogue's rows alone.

Nothing here knows the agent, its Facts or its phrases; a test holds it to that.
"""
