"""Every setting, from the environment or `.env`; the only module that reads either.

Names are the fields' with the prefix `KOMMUNPLAN_`; docs/server.md lists them all.
"""

from __future__ import annotations

import os
import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

from calendars.definition import ORSA
from models.errors import SettingsError
from models.process import Address

NO_SENDER = "kommunplan@kommun.example"
"""Until one is set: nobody's, and no mail goes out of this machine from it."""
SET_SENDER = (
    "Sätt KOMMUNPLAN_SENDER till kommunens adress i .env, starta om och kör kommunplan skicka."
)
PROJECT = Path(__file__).parent.parent
# A link is a key to a task: in clear text it may not leave the machine. No user, query or fragment.
PUBLIC_ADDRESS = (
    r"^$|^(https://[A-Za-z0-9.-]+|http://(127\.0\.0\.1|localhost))(:[0-9]{1,5})?"
    r"(/[A-Za-z0-9._~-]+)*/?$"
)
# the client's secret goes there
CLIENT_LOGIN_ADDRESS = (
    r"^$|^(https://[A-Za-z0-9.-]+|http://(127\.0\.0\.1|localhost))(:[0-9]{1,5})?(/\S*)?$"
)
ENTRA = ("login.microsoftonline.com", "login.microsoftonline.us", "sts.windows.net")
EVERY_TENANT = frozenset({"common", "organizations", "consumers"})
# ASCII, because Prefect compares nothing else; as long as nobody guesses
CREDENTIAL = r"|[!-9;-~]+:[!-~]{16,}"


class Settings(BaseSettings):
    """The settings; the descriptions are what docs/server.md shows to who sets them."""

    model_config = SettingsConfigDict(
        env_prefix="KOMMUNPLAN_", env_file=PROJECT / ".env", extra="ignore"
    )

    data: Path = Field(PROJECT / "var", description="Mapp för databas, loggar och uppfångade mejl")
    definition: Path = Field(ORSA, description="Kommunens definitionskatalog")
    clock_file: Path | None = Field(
        None, description="Bara för övning: en fil med den dag som ska gälla som i dag"
    )
    host: str = Field(
        "127.0.0.1", min_length=1, description="Adress som Prefects server lyssnar på"
    )
    port: int = Field(
        4200, ge=1, le=65535, description="Port för Prefects server och dess webbsidor"
    )
    ui_credential: SecretStr = Field(
        SecretStr(""),
        description="Inloggning till Prefect, `namn:lösenord`; krävs om andra än den här datorn når det",
    )
    smtp_host: str = Field("127.0.0.1", description="E-postserver")
    smtp_port: int = Field(2525, ge=1, le=65535, description="Dess port")
    smtp_security: Literal["ingen", "starttls", "tls"] = Field(
        "ingen", description="`ingen`, `starttls` eller `tls`"
    )
    smtp_user: str = Field("", description="Användare hos e-postservern; tomt: ingen inloggning")
    smtp_password: SecretStr = Field(SecretStr(""), description="Användarens lösenord")
    smtp_token_url: str = Field(
        "",
        pattern=CLIENT_LOGIN_ADDRESS,
        description="Där XOAUTH2 får sin token: "
        "`https://login.microsoftonline.com/<katalog>/oauth2/v2.0/token`; tomt: inloggning med lösenord",
    )
    smtp_client_id: str = Field("", description="Klientens id (application id) för XOAUTH2")
    smtp_client_secret: SecretStr = Field(
        SecretStr(""), description="Klientens hemlighet för XOAUTH2"
    )
    smtp_token_scope: str = Field(
        "https://outlook.office365.com/.default", description="Vad token ska gälla för"
    )
    smtp_ca_file: Path | None = Field(
        None, description="E-postserverns CA-certifikat, om det är ett eget"
    )
    smtp_timeout: float = Field(30, gt=0, le=600, description="Sekunder att vänta på dess svar")
    smtp_connections: int = Field(
        4, ge=1, le=20, description="Samtidiga anslutningar till den, som mest"
    )
    smtp_catcher: bool = Field(
        True, description="`make start` kör en lokal e-postfångare på porten ovan"
    )
    sender: Address = Field(
        NO_SENDER,
        description="Avsändare i alla mejl. Måste sättas innan mejl går någon annanstans än till den lokala "
        "e-postfångaren",
    )
    process_owner: Address = Field(
        "processagare@kommun.example",
        description="Vem som får svar, och mejl som ingen rollinnehavare kan ta emot, när ingen har "
        "processägarens roll; larm också, även när det inte går att veta vem som har den",
    )
    page_port: int = Field(4280, ge=1, le=65535, description="Svarssidans port på 127.0.0.1")
    page_url: str = Field(
        "",
        pattern=PUBLIC_ADDRESS,
        description="Dess adress utåt, `https://…`, som den står i mejlens länkar; tomt: den porten",
    )
    secret: SecretStr = Field(
        SecretStr(""), description="Signerar länkarna; tomt: en egen nyckel i datamappen"
    )
    seal_file: Path | None = Field(
        None,
        description="Fil där kedjans sigill skrivs varje dag, helst på en annan disk; inte satt: "
        "`sigill.txt` i datamappen",
    )
    oidc_issuer: str = Field(
        "",
        pattern=CLIENT_LOGIN_ADDRESS,
        description="Utfärdare (issuer) för kommunens egen inloggning, OpenID Connect: "
        "`https://login.microsoftonline.com/<katalogens id>/v2.0`; tomt: bara länk med mejl",
    )
    oidc_client_id: str = Field("", description="Klientens id (application id) hos den")
    oidc_client_secret: SecretStr = Field(SecretStr(""), description="Klientens hemlighet")
    oidc_secret_expires: date | None = Field(
        None,
        description="Hemlighetens sista dag, som 2028-11-30; `kommunplan halsa` varnar 30 dagar före",
    )
    oidc_tenant: str = Field(
        "",
        description="Entra-katalogens id, som konton måste komma från (`tid`); tomt: det i utfärdaren",
    )
    metrics_port: int | None = Field(
        None,
        ge=1,
        le=65535,
        description="Port på 127.0.0.1 med mätvärden för Prometheus; inte satt: ingen",
    )

    mail_to: Address | None = Field(
        None,
        description="Bara för övning: alla mejl går till den adressen; ämnet säger vem de annars gått till",
    )

    @field_validator("ui_credential")
    @classmethod
    def _is_strong(cls, given: SecretStr) -> SecretStr:
        if not re.fullmatch(CREDENTIAL, given.get_secret_value()):
            raise PydanticCustomError("credential", "weak")
        return given

    @field_validator("oidc_issuer", "oidc_tenant")
    @classmethod
    def _is_one_tenant(cls, given: str) -> str:
        """Of an address that is every tenant's, or any, the keys sign for all the world."""
        if EVERY_TENANT.intersection(given.casefold().split("/")):
            raise PydanticCustomError("tenant", "every tenant's")
        return given

    @property
    def oidc_is_used(self) -> bool:
        """Whether people can sign in with accounts of the municipality's own."""
        secret = self.oidc_client_secret.get_secret_value()
        return bool(self.oidc_issuer and self.oidc_client_id and secret)

    @property
    def oidc_own_tenant(self) -> str:
        """The tenant that an account has to be of; empty for a provider that has none."""
        issuer = urlsplit(self.oidc_issuer)
        if self.oidc_tenant or issuer.hostname not in ENTRA:
            return self.oidc_tenant
        return issuer.path.strip("/").partition("/")[0]

    @property
    def database(self) -> Path:
        return self.data / "kommunplan.db"

    @property
    def page_address(self) -> str:
        """The answer page as the links have it, without a slash at the end."""
        return (self.page_url or f"http://127.0.0.1:{self.page_port}").rstrip("/")

    @property
    def page_is_reachable(self) -> bool:
        """Whether those who get the mails reach the page: by its public address, or because the mails
        stay on this machine."""
        return self.page_is_public or self.mail_stays_here

    @property
    def mail_stays_here(self) -> bool:
        """Whether mails go to the catcher on this machine, and to nobody."""
        return self.smtp_catcher and self.smtp_host in ("127.0.0.1", "localhost", "::1")

    @property
    def why_no_mail_leaves(self) -> str:
        """What is to be set before mail goes to people, as a sentence; empty where it may go. An address that
        ends with `.example` is nobody's (RFC 2606)."""
        if self.mail_stays_here or not self.sender.casefold().rstrip(".> ").endswith(".example"):
            return ""
        return (
            f"Ingen riktig avsändare är satt (KOMMUNPLAN_SENDER är {self.sender}), så inga mejl går till "
            f"{self.smtp_host}. Alla ligger kvar i utkorgen."
        )

    @property
    def page_is_public(self) -> bool:
        return self.page_address.startswith("https://")

    @property
    def prefect_address(self) -> str:
        """Where this machine reaches the Prefect server and its UI, also one that listens everywhere."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 - not bound
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def prefect_api(self) -> str:
        return f"{self.prefect_address}/api"

    @property
    def prefect_login(self) -> tuple[str, str] | None:
        """Name and password, as every call to the API must have them; None where none is needed."""
        name, colon, password = self.ui_credential.get_secret_value().partition(":")
        return (name, password) if colon else None


@cache
def settings() -> Settings:
    """The settings, read once; SettingsError names each variable that is wrong."""
    try:
        return Settings()
    except UnicodeDecodeError:
        raise SettingsError(
            f"{PROJECT / '.env'} är inte UTF-8. Spara om filen som UTF-8."
        ) from None
    except ValidationError as error:
        raise SettingsError(
            "\n".join(
                f"KOMMUNPLAN_{'_'.join(map(str, fault['loc'])).upper()}={_given(fault)}: "
                f"{_allowed(fault)}. Rätta värdet i miljön eller i .env."
                for fault in error.errors()
            )
        ) from None


def use_definition(directory: Path) -> None:
    """This definition directory for this process and those that it starts; SettingsError for none."""
    if not directory.is_dir():
        raise SettingsError(
            f"--definition {directory}: katalogen finns inte. "
            "Ange en katalog som har en definition.toml, som calendars/exempel-norrfors."
        )
    os.environ["KOMMUNPLAN_DEFINITION"] = str(directory.resolve())
    settings.cache_clear()


def _given(fault: ErrorDetails) -> str:
    return "(visas inte)" if fault["loc"] in _SECRETS else repr(fault["input"])


def _allowed(fault: ErrorDetails) -> str:
    context = fault.get("ctx", {})
    match fault["type"]:
        case "greater_than":
            return f"ska vara större än {context['gt']:g}"
        case "greater_than_equal":
            return f"ska vara minst {context['ge']:g}"
        case "less_than_equal":
            return f"ska vara högst {context['le']:g}"
        case "literal_error":
            return f"ska vara {context['expected'].replace(' or ', ' eller ')}"
        case "string_pattern_mismatch" if fault["loc"] in _ADDRESSES:
            return "ska vara en adress som börjar med https://, eller med http://127.0.0.1"
        case "string_pattern_mismatch":
            return "ska vara en e-postadress, som namn@kommun.se"
        case "string_too_short":
            return "får inte vara tomt"
        case "tenant":
            return (
                "gäller alla kataloger i världen. Ange kommunens egen katalog: "
                "https://login.microsoftonline.com/<katalogens id>/v2.0"
            )
        case "credential":
            return (
                "ska vara namn:lösenord, med minst 16 tecken i lösenordet och utan mellanslag, å, ä och ö. "
                "Gör ett med: python3 -c 'import secrets; print(\"kommunplan:\" + secrets.token_urlsafe(24))'"
            )
        case kind:
            types = {
                "int": "ett heltal",
                "float": "ett tal",
                "bool": "true eller false",
                "date": "en dag, som 2028-11-30",
            }
            wanted = types.get(kind.partition("_")[0])
            return f"ska vara {wanted}" if wanted else fault["msg"]


LOGINS = ("PREFECT_SERVER_API_AUTH_STRING", "PREFECT_API_AUTH_STRING")
"""What the server asks for, and what its clients say. Both are ours to set: that they differ, or that one
is set and the command line does not know it, would shut out the worker."""


def environment_for_prefect(chosen: Settings) -> dict[str, str]:
    """The environment of the server, the worker and their runs: these settings, nothing sent outside."""
    own = {name: getattr(chosen, name) for name in Settings.model_fields}
    inherited = {name: value for name, value in os.environ.items() if name not in LOGINS}
    login = chosen.ui_credential.get_secret_value()
    return {
        **inherited,
        **{
            f"KOMMUNPLAN_{name.upper()}": _text(value)
            for name, value in own.items()
            if value is not None
        },
        **(dict.fromkeys(LOGINS, login) if login else {}),
        "PREFECT_API_URL": chosen.prefect_api,
        "PREFECT_HOME": str(chosen.data / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS": "false",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        # this one is what opens; the newer can still be chosen, and our filter stops what it asks outside
        "PREFECT_SERVER_UI_V2_ENABLED": "false",
        # wherever the browser has come to it from
        "PREFECT_SERVER_UI_API_URL": "/api",
        # Prefect's default is every web site there is
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": chosen.prefect_address,
        "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
        "PREFECT_LOGGING_LEVEL": "WARNING",
        # what a run tells its owner stands with the run
        "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "WARNING",
        "PREFECT_SERVER_DATABASE_TIMEOUT": "60",  # seconds to wait for SQLite's one writer
        "PREFECT_CLI_PROMPT": "false",
        "PREFECT_WORKER_QUERY_SECONDS": "1",
    }


_ADDRESSES = {("page_url",), ("smtp_token_url",), ("oidc_issuer",)}
_SECRETS = {
    (name,) for name, field in Settings.model_fields.items() if field.annotation is SecretStr
}


def _text(value: object) -> str:
    if isinstance(value, Path):
        return str(value.absolute())  # the others run in the project's folder
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)
