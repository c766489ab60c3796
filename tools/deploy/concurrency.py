"""Fit the workers of the queues into the account's limit of concurrent executions, so that the API keeps its share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from tools.reasons import reason

RENDER, NOTIFY, WAITING = "renderConcurrency", "notifyConcurrency", "mostWaiting"
ALARM = "alarmConcurrency"
LEAST = 2
"""Lambda's smallest maximum of a queue."""

# For API, authorizer and sweep. In a small account they and the workers get half each.
_FOR_CALLERS = 20
_QUOTA = "https://console.aws.amazon.com/servicequotas/home/services/lambda/quotas/L-B99A9384"


@dataclass(frozen=True, slots=True)
class Workers:
    """The most executions at a time that the two queues may have."""

    render: int
    notify: int


def fitted(wanted: Workers, limit: int) -> Workers:
    """Return the workers for an account of so many executions.

    They leave 20 executions to the callers, or half of a limit below 40. The rest is shared in the proportion that was
    wanted. Below a limit of 7 the callers get less, because no queue can have fewer than two.
    """
    room = limit - min(_FOR_CALLERS, limit // 2)
    if wanted.render + wanted.notify <= room:
        return wanted
    share = room * wanted.notify // (wanted.render + wanted.notify)
    notify = max(LEAST, min(share, room - LEAST))
    return Workers(render=max(LEAST, room - notify), notify=notify)


def waiting(wanted: int, callers: int) -> int:
    """Return how many requests may wait for their reports, where callers have so many executions.

    One that waits holds an execution for up to 20 s, so two in five are left to those that don't.
    """
    return min(wanted, max(1, callers * 3 // 5))


def unreserved(client: Any) -> tuple[int | None, str]:
    """Return how many executions no function has reserved; None and the reason when Lambda does not say."""
    try:
        return int(client.get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"]), ""
    except (BotoCoreError, ClientError) as error:
        return None, reason(error)


def fit(params: Mapping[str, Any], client: Any) -> tuple[dict[str, str], list[str]]:
    """Return the params that have to change for an account, and lines that say so."""
    wanted = Workers(int(params[RENDER]), int(params[NOTIFY]))
    limit, fault = unreserved(client)
    if limit is None:
        return {}, [f"The account's limit of concurrent executions is not known. {fault}"]
    workers = fitted(wanted, limit)
    callers = limit - workers.render - workers.notify
    fitting = {RENDER: workers.render, NOTIFY: workers.notify, WAITING: waiting(int(params[WAITING]), callers)}
    changed = {name: value for name, value in fitting.items() if value != int(params[name])}
    most = limit * 4 // 5  # from where on the account's concurrency is an alarm
    alarm = {} if most == int(params[ALARM]) else {ALARM: str(most)}
    if not changed:
        return alarm, []
    told = ", ".join(f"{name} is {value} instead of {params[name]}" for name, value in changed.items())
    return alarm | {name: str(value) for name, value in changed.items()}, [
        f"This account may run {limit} functions at a time here, and new accounts often have 10. So that the API keeps "
        f"{callers}, {told}.",
        f"Ask for a higher limit (it is free): {_QUOTA} Then deploy again.",
    ]
