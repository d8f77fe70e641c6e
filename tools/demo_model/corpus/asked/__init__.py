"""How people of all sorts put it, one ability a file: sentences that no grammar makes up."""
