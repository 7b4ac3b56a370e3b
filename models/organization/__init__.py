"""Organizations: what holds products, and the people in them."""
