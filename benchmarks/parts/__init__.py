"""What the benchmarks share; none of these is one."""
