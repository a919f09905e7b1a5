"""What the window shows and what a person can do in it, without a window: the views' contract.

QML imports `Zmqchat.ViewModels`, whose one singleton is `App`; everything else hangs on it:
`App.session` (one server, or null), `App.session.room` (the open room, or null), and there
`timeline`, `composer`, `members`. A control whose `can…` or `…Available` property is false has
nothing behind it and is not shown.
"""
