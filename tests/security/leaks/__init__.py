"""The matrix of leaks: who may not see which field, and every way there is to ask about it."""
