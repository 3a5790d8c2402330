"""What every feature shares: messages, text, tables."""
