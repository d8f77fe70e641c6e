"""What goes out: replies, shown in Discord messages that grow by edits."""
