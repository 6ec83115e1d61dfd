"""What many records say together: statements, and what is checked of them."""
