"""What palate has of a person: handed out, erased, kept no longer than is set."""
