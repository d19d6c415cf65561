"""Personal data in what people write: found, and replaced before anything is kept or sent on."""
