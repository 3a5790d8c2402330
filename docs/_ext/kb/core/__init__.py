"""What every feature shares: messages, text, tables, dates, front matter."""
