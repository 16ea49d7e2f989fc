"""Policy: principals, Casbin's model and rules, and the compiler from rules to access."""
