"""What the shop sells: categories, products, their images and their stock."""
