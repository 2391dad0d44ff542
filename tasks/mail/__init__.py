"""The outbox: what is to be told, written once, and delivered."""
