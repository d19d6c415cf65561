"""From Facts to sentences: wording, templates, the model's reply and its checker."""
