"""Keys on disk: made with care, loaded only if nobody else can read them."""
