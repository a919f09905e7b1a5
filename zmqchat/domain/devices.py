"""Deciding on devices: what they are called, and which of them are out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from zmqchat.domain.case import Case
from zmqchat.domain.credentials import close_device_codes
from zmqchat.domain.decision import NOTHING, Decision, merge
from zmqchat.domain.lines import checked_line
from zmqchat.domain.realm_permissions import Asker
from zmqchat.domain.state import Device, Realm, User, View
from zmqchat.errors import Code, Refused
from zmqchat.protocol.limits import LABEL_CHARACTERS
from zmqchat.protocol.requests import LabelDevice, RemoveDevice
from zmqchat.protocol.rooms import RoomKind
from zmqchat.protocol.topics import handle


def label_device(case: Case, request: LabelDevice) -> Decision:
    """Calls one of the asker's devices something else."""
    device = _own(case, request.device)
    label = checked_line(request.label, "label", LABEL_CHARACTERS)
    if label == device.label:
        return NOTHING
    return Decision(changes=(replace(device, label=label),), accounts=(device.user,))


def remove_device(case: Case, request: RemoveDevice) -> Decision:
    """Puts a device out: its sessions end, and no key or code that it holds opens what comes."""
    device = _removable(case, request.device)
    owner = case.view.user(device.user)
    assert owner is not None
    _keep_a_way_in(case, owner, device)
    out = replace(device, removed_us=case.now_us)
    codes = close_device_codes(case.view, owner.id, case.now_us, made_by=owner.id)
    return merge(Decision(changes=(out, *codes)), shut_out(case, owner, (device,)))


def shut_out(case: Case, user: User, devices: Iterable[Device]) -> Decision:
    """Cuts `devices` of `user` and renews every key that they hold.

    Private and direct rooms get a new epoch at once, public ones at the end of the batch: what is
    said there is no secret from whoever can enter. `user` is written with a new personal topic,
    whose key follows from its handle.
    """
    realm = case.view.realm
    private, public = _rooms_by_kind(case.view, user.id)
    return Decision(
        changes=renewed(realm, user),
        rotate=private,
        rotate_late=public,
        cut=tuple(device.id for device in devices),
        touched=(user.id,),
        accounts=(user.id,),
    )


def renewed(realm: Realm, user: User) -> tuple[Realm, User]:
    """The user with another personal topic."""
    topic = handle(realm.next_handle)
    return replace(realm, next_handle=realm.next_handle + 1), replace(user, handle=topic)


def _rooms_by_kind(view: View, user: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    private: list[int] = []
    public: list[int] = []
    for number in sorted(view.rooms_of(user)):
        room = view.room(number)
        assert room is not None
        (public if room.kind is RoomKind.PUBLIC else private).append(number)
    return tuple(private), tuple(public)


def _own(case: Case, number: int) -> Device:
    device = case.view.device(number)
    user = case.asking.user
    if device is None or device.removed_us or user is None or device.user != user.id:
        raise _unknown(number)
    return device


def _removable(case: Case, number: int) -> Device:
    if case.asking.asker not in {Asker.ADMIN, Asker.OPERATOR}:
        return _own(case, number)
    device = case.view.device(number)
    if device is None or device.removed_us:
        raise _unknown(number)
    return device


def _unknown(number: int) -> Refused:
    return Refused(
        Code.NOT_FOUND,
        f"There is no device {number} that is in, or it is not yours; nothing was changed. "
        "`zmqchat device list` shows yours.",
    )


def _keep_a_way_in(case: Case, owner: User, device: Device) -> None:
    """Nobody locks themselves out unawares; an administrator may put anybody's last device out."""
    is_own = case.asking.user is not None and case.asking.user.id == owner.id
    others = [other for other in case.view.devices_of(owner.id) if other.id != device.id]
    if is_own and not others and not owner.password:
        raise Refused(
            Code.FORBIDDEN,
            "This is your last device and you have no password: without it only an administrator "
            "could let you in again. Nothing was removed. Set a password first, or add another "
            "device.",
        )
