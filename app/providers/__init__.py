"""What speaks the remote APIs: one provider per file, and one place where HTTP trouble is named."""
