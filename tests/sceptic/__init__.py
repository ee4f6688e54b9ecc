"""Random distributions, networks and threats: what the program says of them against brute force."""
