"""Numbers in a message: years, dates, lengths, marks, prices, counts, certificates."""
