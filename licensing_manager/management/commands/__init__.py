"""Which commands belong to the wiring itself? `serve` and `service_started`."""
