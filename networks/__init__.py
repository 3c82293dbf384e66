"""Networks, and the layers that they are built of."""
