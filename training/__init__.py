"""One training: data, losses, one `fit`, resume, several hosts."""
