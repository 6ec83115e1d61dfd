"""How the database came to be: frozen history, one step a file. It imports nothing of ours."""
