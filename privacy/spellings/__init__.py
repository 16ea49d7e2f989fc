"""Spellings of what people are reached by: addresses, numbers, and the text around them."""
