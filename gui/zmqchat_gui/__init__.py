"""The desktop client: a Qt window over `zmqchat.client`."""
