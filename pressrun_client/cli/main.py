"""Run commands, and turn each error into words and a status."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from pressrun_client.cli.app import App
from pressrun_client.cli.authoring import check, dev, import_page, new
from pressrun_client.cli.batch import batch
from pressrun_client.cli.cancel import cancel
from pressrun_client.cli.completion import COMPLETING, completion
from pressrun_client.cli.config import config
from pressrun_client.cli.costs import costs
from pressrun_client.cli.deliveries import deliveries
from pressrun_client.cli.deploy import deploy
from pressrun_client.cli.errors import failed, say
from pressrun_client.cli.exits import Exit
from pressrun_client.cli.get import get
from pressrun_client.cli.list import list_reports
from pressrun_client.cli.output import clean
from pressrun_client.cli.receipt import receipt, verify
from pressrun_client.cli.redrive import redrive
from pressrun_client.cli.render import render
from pressrun_client.cli.replay import replay
from pressrun_client.cli.retry import retry
from pressrun_client.cli.slots import slots
from pressrun_client.cli.submit import submit
from pressrun_client.cli.templates import templates
from pressrun_client.cli.upload import upload
from pressrun_client.cli.watch import watch
from pressrun_client.cli.whoami import whoami
from pressrun_client.errors import PressrunError
from pressrun_client.version import __version__

_DEBUG = "PRESSRUN_DEBUG"


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="pressrun")
def pressrun() -> None:
    """Turn data into PDF reports.

    Which service to ask is in PRESSRUN_URL and PRESSRUN_API_KEY, or in a profile of the configuration: `pressrun
    config` shows it.

    \b
    The process ends with
      0  all is well              4  there is no such thing
      1  a report has failed      5  the service can't, or can't be reached: try again later
      2  the command or the       6  the service refuses the request
         configuration is wrong   7  a report was not over in time
      3  the key does not allow it  8  a file is not what its receipt says
                                 9  a receipt is not signed
    """


for each in (submit, batch, upload, watch, get, list_reports, cancel, retry, redrive, templates, deliveries):
    pressrun.add_command(each)
for each in (receipt, verify, whoami, costs, render, check, dev, new, import_page, deploy, replay, slots, config):
    pressrun.add_command(each)
pressrun.add_command(completion)


def main() -> None:
    """Be the console script."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # What a terminal can't show is no reason to end.
            stream.reconfigure(errors="backslashreplace")
    if os.environ.get(COMPLETING):
        pressrun.main(prog_name="pressrun", obj=App())
    app = App()
    status = run(sys.argv[1:], app)
    app.output.finish()
    sys.exit(status)


def run(arguments: Sequence[str], app: App) -> int:
    """Run one command. Returns the status of the process."""
    try:
        with pressrun.make_context("pressrun", list(arguments), obj=app) as context:
            result = pressrun.invoke(context)
        return int(result or Exit.OK)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.ClickException as error:
        return _usage(error, app)
    except PressrunError as error:
        return failed(app, error)
    except (KeyboardInterrupt, click.Abort):
        return _interrupted(app)
    except BrokenPipeError:
        # The reader of the output has seen enough.
        app.output.silence()
        return Exit.OK
    except Exception as error:
        if app.environment.get(_DEBUG):
            raise
        say(
            app,
            {"code": "internal_error", "message": f"pressrun has a bug: {type(error).__name__}."},
            [f"Set {_DEBUG}=1 to see the stack trace, and report it."],
        )
        return Exit.FAULT
    finally:
        app.close()


def _interrupted(app: App) -> int:
    if app.output.as_json:
        say(app, {"code": "interrupted", "message": "Interrupted."}, app.to_go_on)
    else:
        app.output.complain(clean(" ".join(["Interrupted.", *app.to_go_on])))
    return Exit.INTERRUPTED


def _usage(error: click.ClickException, app: App) -> int:
    if app.output.as_json:
        say(app, {"code": "usage", "message": error.format_message()})
    else:
        try:
            error.show(app.output.stderr.file)
        except BrokenPipeError:
            app.output.silence_errors()
    return Exit.USAGE
