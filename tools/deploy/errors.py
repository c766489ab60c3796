"""Define the one error of deployments."""


class DeployError(RuntimeError):
    """A reason in one message why a deployment failed, with what to do."""
