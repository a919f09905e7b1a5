"""The terminal client: a pure model of the conversation, and the screen that shows it."""
