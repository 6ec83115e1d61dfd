"""How the log signs its tree, how witnesses cosign it, and whose word is enough."""
