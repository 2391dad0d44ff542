"""What Prefect itself takes for a run: a flow that does nothing."""

from prefect import flow


@flow(name="tom")
async def empty() -> None:
    """Nothing."""
