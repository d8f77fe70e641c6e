"""The gateway: sessions, connections, what is sent to whom."""
