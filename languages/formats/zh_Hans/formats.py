"""How are numbers grouped in Chinese? Django says by four; by three is what software in China shows."""

NUMBER_GROUPING = 3
THOUSAND_SEPARATOR = ","
