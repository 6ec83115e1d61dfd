"""The SDK: a ledger as an object, with the verbs of the command line."""
