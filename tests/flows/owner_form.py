"""A form of the Prefect UI as the process owner fills it in, field by field, in a browser."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from playwright.sync_api import Locator, Page

from running.server import RunState
from tests.flows.conftest import Installation


@dataclass(frozen=True)
class OwnerForm:
    on: Installation
    page: Page
    deployment: str

    def open(self, filled: str = "") -> OwnerForm:
        """By itself, or with what the link to it fills in."""
        named = {"deployments": {"name": {"any_": [self.deployment]}}}
        [found] = self.on.server._post("/deployments/filter", named)
        self.page.goto(f"/deployments/deployment/{found['id']}/run{filled}")
        self._submit_button.wait_for()
        self.page.wait_for_load_state("networkidle")  # until then the page forgets what is chosen
        return self

    def fill(self, **values: str | bool | int | date) -> OwnerForm:
        for name, value in values.items():
            self._fill(self._field(name), value)
        return self

    def submit(self) -> RunState:
        """Sends the form and waits for the end of the run, which its own page in the UI then shows."""
        for _ in range(
            5
        ):  # as a person does when Prefect says that something went wrong: its SQLite is busy
            with self.page.expect_response(lambda answer: "create_flow_run" in answer.url) as made:
                self._submit_button.click()
            if made.value.ok:
                break
        run_id = made.value.json()["id"]
        state = self.on.server.end_of(run_id, self.deployment)
        self.page.goto(f"/runs/flow-run/{run_id}")
        self.page.get_by_text(state.name, exact=True).first.wait_for()
        return state

    @property
    def _submit_button(self) -> Locator:
        return self.page.get_by_role("button", name="Submit")

    def _field(self, name: str) -> Locator:
        label = self.page.locator("label", has_text=re.compile(rf"^{name}( \(Optional\))?$"))
        return self.page.locator(".schema-form-property").filter(has=label)

    def _fill(self, field: Locator, value: str | bool | int | date) -> None:
        none = field.get_by_role("button", name="None", exact=True)
        if none.count():  # what need not be given is first chosen to be
            field.locator("button").filter(has_text=re.compile("^(int|date|str|enum)$")).click()
        if isinstance(value, bool):
            field.get_by_role("switch").set_checked(value)
        elif isinstance(value, date):
            field.locator(".p-date-button__control").click()
            self.page.locator("input[type=date]").fill(value.isoformat())
            self.page.get_by_role("button", name="Apply").click()
        elif field.locator(".p-select-button__control").count():
            # by the arrow: where its words stand, Prefect opens the list and closes it in one click
            field.locator(".p-select-button__icon").click()
            self.page.locator("input[type=search]").fill(str(value))
            self.page.get_by_role("option", name=str(value), exact=True).click()
        else:
            field.locator("textarea, input").first.fill(str(value))
