"""How are numbers grouped in Japanese? Django leaves it open; 12,345 is what software in Japan shows."""

NUMBER_GROUPING = 3
