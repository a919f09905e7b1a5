"""The broker: an XSUB/XPUB proxy for sealed frames, without any state that matters."""
