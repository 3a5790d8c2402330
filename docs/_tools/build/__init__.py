"""The build: sources to site and books, published whole or not at all."""
