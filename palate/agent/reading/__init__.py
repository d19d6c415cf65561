"""From a message to a `Reading`: words, names, values, intents; and the model's form, corrected."""
