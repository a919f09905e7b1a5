"""Alembic's migrations, run by `zmqchat.storage.schema` and by nothing else: no alembic.ini."""
