"""How do the sentences of the pages get into other languages? Extract, hand over, check and compile catalogs."""
