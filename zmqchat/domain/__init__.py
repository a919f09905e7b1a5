"""The server's decisions, pure: no sockets, no clock, no SQL.

`state` holds the values, `changes` what a decision wants done to them, one file an aggregate
decides, and `permissions` is the one table of who may do what.
"""
