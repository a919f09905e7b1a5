"""A lean client of the real wire protocol for load generators: it checks all that a client must."""
