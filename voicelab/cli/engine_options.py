"""Options that engines bring: a flag for each variant that a descriptor names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand

if TYPE_CHECKING:
    from voicelab.speech.engine_descriptor import Variant

_ASKED = "voicelab.engine_variants"


class WithEngineOptions(TyperCommand):
    """A command that takes the engines' flags besides its own. They are looked for when it is parsed or shown."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Return its own parameters and the engines'."""
        from voicelab.models.registry import registry

        own = super().get_params(ctx)
        taken = {flag for each in own for flag in (*each.opts, *each.secondary_opts)}
        brought = []
        for key, variant in registry().variants():
            flags = set(variant.flags.split("/"))
            if flags & taken:
                registry().tell(
                    key.partition(".")[0],
                    f"{variant.flags} of {key} is left out, because a flag of that name is here already. Set "
                    f"{variant.variable}={int(variant.variable_asks)} instead.",
                )
                continue
            taken |= flags
            brought.append(_option(key, variant))
        return [*own[:-1], *brought, own[-1]]


def asked_on(context: typer.Context) -> dict[str, bool]:
    """Return which variants the command line asks for or declines, by their keys, "engine.variant"."""
    asked: dict[str, bool] = context.meta.get(_ASKED, {})
    return asked


def _option(key: str, variant: Variant) -> Any:
    """Return the flag of `variant`, made by Typer as those in signatures are."""
    default = f"{variant.flags.rpartition('/')[2].lstrip('-')}, but where voicelab verify proved the other"

    def command(
        wanted: bool | None = typer.Option(None, variant.flags, help=variant.help, show_default=default),
    ) -> None:
        """Lend its one parameter."""

    def keep(context: Any, _option: Any, value: bool | None) -> None:
        if value is not None:
            context.meta.setdefault(_ASKED, {})[key] = value

    lender = typer.Typer(add_completion=False)
    lender.command()(command)
    option = typer.main.get_command(lender).params[0]
    option.expose_value = False
    option.callback = keep
    return option
