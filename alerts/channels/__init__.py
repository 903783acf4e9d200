"""How does a message reach the other side? One module for each way, and one answer type for all."""
