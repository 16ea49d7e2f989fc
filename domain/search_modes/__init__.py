"""Search modes: what a tenant chooses of how its sealed texts are found, and making it so."""
