"""From a message to a `Reading`: words, names, values, acts; and the model's form, corrected."""
