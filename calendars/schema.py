"""The JSON Schema of a definition file, so that editors complete and check it.

Made from the models that read the file; the Swedish words for each field stand here, beside the few that
stand with the fields themselves. `docs/definition.schema.json` is its output, and a test holds it so.
"""

from __future__ import annotations

from typing import Any

from pydantic import Field

from calendars.templates import Each
from models.process import ADDRESSEE, PART, SLUG, USUAL_DAYS, Definition, Step


class StepInFile(Step):
    each: Each | None = Field(None, alias="varje")


class DefinitionInFile(Definition):
    steps: tuple[StepInFile, ...] = Field(alias="steg", min_length=1)


PLACEHOLDERS = r"([a-z0-9]|\{(manad|instans|enhet)\})+"
"""What may stand in a template's slugs, and in requirements on its steps."""
WITH_PLACEHOLDERS = ("StepInFile", "Dependency", "Assumption")
_RUNGS = {
    "fore": "Arbetsdagar före sista dagen då påminnelser går.",
    "samma_dag": "Om en påminnelse går på sista dagen.",
    "forsenad": "Arbetsdagar efter sista dagen då det sägs att något är försenat.",
    "upprepa": "Kalenderdagar mellan de följande påminnelserna.",
    "eskalera_chef": "Arbetsdagar efter sista dagen då rollens chef får veta det.",
    "eskalera": "Arbetsdagar efter sista dagen då processägaren får veta det.",
}
_DAYS = {
    "manusstopp": "Kalenderdagar före sammanträdet då allt underlag ska vara inne.",
    "beredning": "Kalenderdagar före sammanträdet för beredningen.",
    "utskick": "Kalenderdagar före sammanträdet då handlingarna skickas.",
}
WORDS = {
    "Definition.kommun": "Kommunen.",
    "Definition.paminnelser": "När någon påminns. Utelämnas det gäller standardvärdena.",
    "Definition.tysta_dagar": "Dagar då ingenting öppnas och ingen påminns, utom om en lagfrist är nära.",
    "Definition.arbetsdagar": "Hur många arbetsdagar den som har en del minst får, utom tysta dagar.",
    "Definition.instans": "Beslutsinstanserna, med vilka namn som helst.",
    "Definition.enhet": "Enheterna som kan ha en egen del i ett steg.",
    "Definition.roll": "Rollerna, aldrig personer. Innehavarna står i rollinnehavare.toml.",
    "Definition.steg": "Årets steg.",
    "Definition.arende": "Ärenden som går genom flera steg. Andra steg är ett ärende var.",
    "Definition.tillfalle": "Det som kan hända flera gånger under ett år, eller inte alls.",
    "Municipality.planens_ar": "Hur många år planen omfattar, budgetåret medräknat.",
    "Municipality.planens_namn": "Vad kommunens plan och budget heter: Kommunplan, Budget, Verksamhetsplan.",
    "Arende.slug": "Kortnamn: små bokstäver a–z, siffror och bindestreck.",
    "Arende.namn": "Ärendets namn.",
    "Arende.steg": "Stegen som ärendet går genom, i ordning.",
    "Arende.kalla": "Varifrån uppgiften kommer.",
    "Municipality.slug": "Kortnamn: små bokstäver a–z, siffror och bindestreck.",
    "Municipality.namn": "Kommunens namn.",
    **{
        f"{name}.{field}": words
        for name in ("Ladder", "OtherRungs")
        for field, words in _RUNGS.items()
    },
    "Ladder.arbete": "Det som är annorlunda för steg med slag = arbete.",
    "Ladder.mote": "Det som är annorlunda för steg med slag = mote.",
    "Ladder.beslut": "Det som är annorlunda för steg med slag = beslut.",
    "Ladder.mbl": "Det som är annorlunda för steg med slag = mbl.",
    "WorkTime.arbete": "I ett arbete.",
    "WorkTime.mote": "Före en dag med deltagare.",
    "WorkTime.beslut": "I underlaget till ett beslut.",
    "WorkTime.mbl": "I en förhandling.",
    "WorkTime.efter_beslut": "I det som följer direkt på ett beslut.",
    "QuietDays.veckor": "ISO-veckor, som [28, 29, 30, 31].",
    "QuietDays.juli": "Hela juli.",
    "QuietDays.klamdagar": "En arbetsdag mellan två lediga dagar.",
    "QuietDays.mellandagar": "Från julafton till nyårsafton.",
    "Body.slug": "Kortnamn, som KS. Bokstäver A–Z, siffror och bindestreck.",
    "Body.namn": "Instansens namn.",
    **{f"Body.{row.slug}": f"{_DAYS[row.slug]} Annars {row.days}." for row in USUAL_DAYS},
    "DayCount.slug": "Kortnamn: små bokstäver a–z, siffror och bindestreck.",
    "DayCount.namn": "Vad dagen heter i mejl, som faktagranskning.",
    "DayCount.kalla": "Varifrån uppgiften kommer.",
    "Body.kalla": "Varifrån uppgiften kommer.",
    "Unit.slug": "Kortnamn: små bokstäver a–z, siffror och bindestreck.",
    "Unit.namn": "Enhetens namn.",
    "Unit.kalla": "Varifrån uppgiften kommer.",
    "Role.slug": "Kortnamn: små bokstäver a–z, siffror och bindestreck.",
    "Role.namn": "Rollens namn, som det står i mejl.",
    "Role.enheter": "Enheter som var och en har sin innehavare, och sin del i rollens steg.",
    "Role.kalla": "Varifrån uppgiften kommer.",
    "Step.id": "Kort beteckning som syns i listor. En malls steg numreras efter den: M1, M2 …",
    "Step.slug": "Stegets namn i kommandon. I en mall med {manad}, {instans} eller {enhet}.",
    "Step.process": "Vilken av kommunens processer steget hör till.",
    "Step.slag": "arbete, mote (en dag med deltagare), beslut eller mbl (förhandling före ett beslut).",
    "Step.anvands": "false: kommunen har inte steget. Det prövas när filen läses och finns sedan inte.",
    "Step.valfri": "Steget är aldrig sent och hindrar inget; kommunplan utga säger att det inte görs.",
    "Step.titel": "Rubriken, i mejl och listor. {ar} blir året som steget gäller.",
    "Step.beskrivning": "Vad steget gäller.",
    "Step.fonster": "När steget görs. Utan det följer steget på det som startar det, med startas_av.",
    "Step.varje": "Gör steget till en mall: ett steg för varje månad, instans eller enhet.",
    "Step.styrmodell": "Raden i kommunens egen styrmodell, med dess egna ord.",
    "Step.ansvariga": "Rollerna som har en del i steget; roll:enhet för en enda enhets.",
    "Step.deltagare": "Vilka som deltar i en mötesdag, i ord. Den som ska få mejl anges med deltar.",
    "Step.beslutskedja": "Instanserna som beslutar, i ordning.",
    "Step.antagande": "Vår läsning där styrmodellen tiger.",
    "Step.kraver": "Stegen som detta bygger på.",
    "Step.lagfrister": "Sista dagar som en lag sätter.",
    "Step.startas_av": "Vad som startar steget, utöver fönstret. Allt som anges ska gälla.",
    "Step.fore": "Klart före ett annat stegs sista sammanträde.",
    "Trigger.kommande_ar": "Så många år följs det, med foljer.",
    "Trigger.enheter": "Bara för dessa enheter.",
    "Before.steg": "Steget vars sista sammanträde det räknas från.",
    "Before.dag": "Dagen för kungörelsen, utskicket, eller dagen före sammanträdet.",
    "Before.lagrum": "Lag, kapitel och paragraf, om det är en lagfrist.",
    "Step.dokument": "Handlingar och mallar som den som har en del behöver; visas på svarssidan.",
    "Document.namn": "Vad dokumentet heter.",
    "Document.lank": "Var det finns; börjar med https://.",
    "Each.slag": "Ett steg för varje manad, instans eller enhet.",
    "Each.bara": "Bara dessa. Utelämnas det gäller mallen alla.",
    "Each.utom": "Alla utom dessa.",
    "Window.fran": "Första dagen: mars, 15 april, mitten av mars, våren, vecka 40. Utan den: ett senast.",
    "Window.till": "Sista dagen, sagd på samma sätt.",
    "Window.ar": "Året räknat från budgetåret: -1 är året före.",
    "Window.till_ar": "Årets slut, där fönstret går över ett årsskifte.",
    "Window.veckor": "Utan fran: så många veckor före sista dagen öppnas steget. Annars fyra.",
    "Dependency.steg": "Steget som krävs; en malls slug betyder alla dess steg.",
    "Dependency.slag": "hard: detta kan inte bli klart före det; mjuk: en upplysning.",
    "Dependency.kalla": "Varifrån kravet kommer.",
    "Limit.vad": "Vad som ska ha hänt.",
    "Limit.senast": "Lagens sista dag.",
    "Limit.ar": "Året räknat från budgetåret: -1 är året före.",
    "Limit.lagrum": "Lag, kapitel och paragraf.",
    "SourceRow.nar": "Tabellens När.",
    "SourceRow.beslutsinstans": "Tabellens Beslutsinstans; tom där cellen är tom.",
    "SourceRow.ansvarig": "Tabellens Ansvarig; tom där cellen är tom.",
    "Assumption.ansvariga": "Roller som vi antar är ansvariga.",
    "Assumption.beslutskedja": "Instanser som vi antar beslutar, i ordning.",
    "Assumption.skal": "Varför vi antar det.",
}


def definition_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of definition.toml, templates and all."""
    made = DefinitionInFile.model_json_schema(by_alias=True)
    kinds = made.pop("$defs")
    for name, kind in {**kinds, "DefinitionInFile": made}.items():
        kind.pop("title", None)
        kind.pop("description", None)  # the classes' words are for those who read the code
        for field, shape in kind.get("properties", {}).items():
            shape.pop("title", None)
            words = WORDS.get(f"{name.removesuffix('InFile')}.{field}")
            if words is not None:
                shape["description"] = words
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "kommunplan: definition.toml",
        **made,
        "$defs": {
            name: _with_placeholders(kind) if name in WITH_PLACEHOLDERS else kind
            for name, kind in kinds.items()
        },
    }


def _with_placeholders(shape: Any) -> Any:
    match shape:
        case dict():
            return {name: _with_placeholders(inner) for name, inner in shape.items()}
        case list():
            return [_with_placeholders(inner) for inner in shape]
        case str() if shape in (SLUG, PART, ADDRESSEE):
            return shape.replace("[a-z0-9]+", PLACEHOLDERS)
    return shape
