"""Keys, join links, sealing, signing, listening tokens, ZAP, and the socket options around them."""
