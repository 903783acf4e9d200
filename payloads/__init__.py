"""What exactly leaves? No tables, no network."""
