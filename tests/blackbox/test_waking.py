"""The daemon listens for the machine's waking, and takes word of it calmly when the clocks say that nobody slept."""

from tests.blackbox.homes import Home
from tests.servers.login1 import Login1
from tests.servers.notifications import SessionBus, names_on


def test_the_daemon_listens_to_login1_and_gives_nothing_up_for_mere_word(home: Home):
    with SessionBus() as bus, Login1(bus.address) as login1:
        before = names_on(bus.address)
        with home.daemon(env={"DBUS_SYSTEM_BUS_ADDRESS": bus.address}) as running:
            running.wait_until(lambda: names_on(bus.address) - before)
            login1.prepare_for_sleep(sleeping=True)
            login1.prepare_for_sleep(sleeping=False)
            running.wait_until(lambda: running.source("mail")["ok"] or running.source("mail")["error"])
            assert running.said("event=jump") == 0
            assert running.end() < 5


def test_the_daemon_runs_where_the_system_bus_dies(home: Home):
    with SessionBus() as bus:
        before = names_on(bus.address)
        with home.daemon(env={"DBUS_SYSTEM_BUS_ADDRESS": bus.address}) as running:
            running.wait_until(lambda: names_on(bus.address) - before)
            bus.stop()
            assert running.status()["daemon"]["running"]
            assert running.end() < 5
