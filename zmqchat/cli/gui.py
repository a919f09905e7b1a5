"""`zmqchat gui`: starts the desktop client, where it is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from zmqchat.cli.link import join_link
from zmqchat.cli.options import DataOption, ProfileOption
from zmqchat.cli.output import report
from zmqchat.cli.places import realm_directory
from zmqchat.errors import ChatError, Code

if TYPE_CHECKING:
    from zmqchat.security.links import JoinLink


def gui(
    link: Annotated[
        str | None,
        typer.Argument(
            metavar="LINK", show_default=False, help="A join link to ask about, as browsers open."
        ),
    ] = None,
    profile: ProfileOption = None,
    data: DataOption = None,
    minimised: Annotated[bool, typer.Option("--minimised", help="Start in the tray.")] = False,
    another: Annotated[
        bool, typer.Option("--another", help="A window of its own, beside one that is open.")
    ] = False,
    here: Annotated[
        bool,
        typer.Option(
            "--here", help="Go to this machine's realm at once, new there under your login name."
        ),
    ] = False,
    install_entry: Annotated[
        bool,
        typer.Option(
            "--install-desktop-entry",
            help="Put zmqchat into your desktop's menu; it opens zmqchat:// links from then on.",
        ),
    ] = False,
    remove_entry: Annotated[
        bool, typer.Option("--remove-desktop-entry", help="Take it out of there again.")
    ] = False,
) -> None:
    """Talk in a window.

    Without a profile it offers this machine's realm; type a name and click Connect.
    """
    from zmqchat.runtime.start import end_on_interrupt
    from zmqchat.security.links import parse

    end_on_interrupt()  # raised inside Qt's own imports it would be lost; the window has its own
    try:
        from zmqchat_gui.app import desktopentry
        from zmqchat_gui.app.main import main
        from zmqchat_gui.app.options import Options
    except ModuleNotFoundError as error:
        raise _cannot_start(error, "install it with `pip install 'zmqchat[gui]'`") from None
    except ImportError as error:
        raise _cannot_start(error, "install that library of your system") from None

    if install_entry or remove_entry:
        for line in desktopentry.remove() if remove_entry else desktopentry.install():
            report(line)
        return

    def local_link() -> JoinLink | None:
        try:
            return parse(join_link(realm_directory(data)))
        except ChatError:  # no realm here, or none that was started
            return None

    raise typer.Exit(main(Options(link or "", profile or "", minimised, another, here, local_link)))


def _cannot_start(error: ImportError, remedy: str) -> ChatError:
    words = f"the desktop client cannot start ({error}): {remedy}, or talk in the terminal: "
    return ChatError(Code.USAGE, f"{words}zmqchat chat")
