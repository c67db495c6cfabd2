"""One alert: what happened, how it is escalated, what was told to whom and done about it; and the forms that change it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from scoreboard.alerts.states import LONGEST_NOTE
from scoreboard.web import alert_steps, formats
from scoreboard.web.access import WRITE_PERMISSION, Writer
from scoreboard.web.alert_steps import ASSIGN, Overtaken, Step, StepRefused
from scoreboard.web.data import alerts as data
from scoreboard.web.data.alert_history import deliveries_of, history
from scoreboard.web.data.listing import Row
from scoreboard.web.errors import wants_html
from scoreboard.web.same_person import FORM_HOURS, FormSeal, is_same_origin
from scoreboard.web.small_form import Form
from scoreboard.web.view import Page, View

router = APIRouter()

AlertId = Annotated[str, Query(alias="id", min_length=1, max_length=200, description="an alert's id")]

BUTTONS = {
    "acknowledge": "Acknowledge",
    "start": "In progress",
    "resolve": "Resolve",
    "verify": "Verify",
    "reopen": "Open again",
}


@router.get("/alert")
def alert(view: Page, alert_id: AlertId) -> HTMLResponse:
    """The alert as it stands now."""
    return _show(view, alert_id)


@router.post("/alert")
def change_alert(person: Writer, form: Form, view: Page, alert_id: AlertId) -> Response:
    """Take a step, then show the alert again. What the form lacks, or somebody who was faster, is said on the page."""
    if not is_same_origin(view.request):
        raise HTTPException(403, "Only a form of this page changes an alert. Nothing was changed.")
    _require(view, alert_id)
    revision = FormSeal(view.request, person, alert_id).open(form.get("seal", ""))
    if revision is None:
        return _refuse(
            view,
            alert_id,
            403,
            form,
            f"This form was made for another session, or more than {FORM_HOURS} hours ago. Nothing was changed:"
            " look at the alert as it stands, and press the button once more.",
        )
    note = form.get("note", "").replace("\r\n", "\n").strip()
    try:
        step = Step(alert_id, form.get("action", ""), person.name, revision, note, _meant(view, form))
        alert_steps.take(view.settings, step)
    except StepRefused as error:
        return _refuse(view, alert_id, 422, form, str(error))
    except Overtaken as error:
        return _refuse(view, alert_id, 409, form, str(error))
    base = str(view.request.scope.get("root_path", ""))
    # a reload of what comes next sends nothing again
    return RedirectResponse(formats.link(base, "/alert", {"id": alert_id, "done": "1"}), status_code=303)


def _show(
    view: View, alert_id: str, status: int = 200, refused: str = "", form: dict[str, str] | None = None
) -> HTMLResponse:
    row = _require(view, alert_id)
    live = view.live_log.now()
    told = deliveries_of(view.settings, alert_id)
    past = history(row, live, told, data.names(view.snapshot, [each.to for each in live.assignments.get(alert_id, ())]))
    is_unsettled = row["state"] in data.UNSETTLED
    due_before = data.due_before(view.snapshot.record)
    return view.page(
        "alert.html.j2",
        title=f"{formats.words(row['rule_id'])} at {row['account_name'] or row['account_id']}",
        status=status,
        alert=row,
        steps=data.steps(view.snapshot, alert_id),
        due_before=due_before,
        is_unsettled=is_unsettled,
        past=past,
        told=told,
        others=data.others_of(view.snapshot, live, row["account_id"], alert_id),
        refused=refused,
        done=_last_of(past, view) if view.request.query_params.get("done") and not refused else "",
        form={"action": "", "note": "", "to": "", **(form or {})},
        seal=FormSeal(view.request, view.person, alert_id).close(live.revision(alert_id)),
        actions=alert_steps.steps_from(row["state"]) if view.person.may_write else [],
        buttons=BUTTONS,
        people=data.people(view.snapshot) if view.person.may_write else [],
        longest_note=LONGEST_NOTE,
        write_permission=WRITE_PERMISSION,
    )


def _refuse(view: View, alert_id: str, status: int, form: dict[str, str], sentence: str) -> Response:
    """The alert as it stands, the reason, and what was typed, to send again."""
    if not wants_html(view.request):
        raise HTTPException(status, sentence)
    return _show(view, alert_id, status, sentence, form)


def _require(view: View, alert_id: str) -> Row:
    row = data.alert(view.snapshot, view.live_log.now(), alert_id)
    if row is None:
        raise HTTPException(
            404,
            f"There is no alert {alert_id!r} in the published version. An alert of a quarter that was still open may have"
            " gone since; what people did about it is kept in alerts/states.jsonl.",
        )
    return row


def _meant(view: View, form: dict[str, str]) -> str:
    """The employee that an assignment names; raises StepRefused unless it is exactly one who still works here."""
    if form.get("action") != ASSIGN:
        return ""
    told = form.get("to", "").strip()
    found = data.person(view.snapshot, told.rpartition(" · ")[2]) if told else []
    if len(found) == 1:
        return str(found[0]["employee_id"])
    if not told:
        raise StepRefused("Say who takes the alert on. Nothing was written.")
    if found:
        ids = ", ".join(row["employee_id"] for row in found)
        raise StepRefused(f"{len(found)} colleagues are called {told}: give the id ({ids}). Nothing was written.")
    raise StepRefused(f"No active colleague has the name or id {told}. Nothing was written.")


def _last_of(past: list[dict[str, Any]], view: View) -> str:
    """What this person did last, in words; empty where it was somebody else."""
    mine = [event for event in past if event["by"] == view.person.name]
    return str(mine[-1]["what"]) if mine and mine[-1] is past[-1] else ""
