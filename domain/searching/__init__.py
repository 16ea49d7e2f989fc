"""Words of texts: how they are spelled, stemmed, turned into tokens, and found again after opening."""
