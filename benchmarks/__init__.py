"""How fast is each part, as a ratio inside one run? One script per goal."""
