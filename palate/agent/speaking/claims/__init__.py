"""The claims of a sentence, one kind a file, each judged by the Facts of the items it speaks of."""
