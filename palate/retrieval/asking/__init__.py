"""Questions about the catalogue, answered by counting: how many, the most and the least, what there is, and why not."""
