"""Who lies where on a photo, and new pizzas cooked from the pieces."""
