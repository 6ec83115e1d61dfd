"""The single writer: it appends, publishes, audits. Effects, in an order the comments tell."""
