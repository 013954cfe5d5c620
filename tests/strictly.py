"""How tests start a Python in which a warning is an error."""

# Of two processes one may read what the other is just writing (pooling.store.compilation): it
# compiles then, and JAX says so.
STRICTLY = ("-W", "error", "-W", "ignore:Error reading persistent compilation cache")
