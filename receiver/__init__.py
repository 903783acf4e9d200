"""What stands at the other end of the wire? A CIS-compatible server that keeps what it is sent."""
