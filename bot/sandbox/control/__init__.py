"""The people of the sandbox over HTTP, for a terminal or a page in another process."""
