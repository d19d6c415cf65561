"""Questions about the catalogue, answered by counting: how many, the most, the least, what there is, why not."""
