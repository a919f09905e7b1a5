"""Full-text search: an index beside the database, kept by a process of its own.

The index is derived and may be deleted at any time: it is built again from the log. It follows the
log by itself, so that nothing on the way of a message waits for it, and is brought up to date
before every answer.
"""
