"""Puts the program together: one instance, one window, tray, notifications, links from outside."""
