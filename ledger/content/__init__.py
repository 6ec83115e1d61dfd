"""What the data is: the digest of a shard, and of a directory of shards."""
