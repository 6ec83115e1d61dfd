"""What is said about a shard: the record, its canonical bytes, its commitments, its batch."""
