"""How is each kind of input file read? One pure module per format: bytes in, frozen dataclasses out."""
