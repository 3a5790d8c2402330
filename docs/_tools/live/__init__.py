"""The preview while an author writes: each edit in the browser as soon as it is saved."""
