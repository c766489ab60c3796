"""Deploy Pressrun to AWS or to an emulator."""

from tools.deploy.deployment import Target, deploy, target
from tools.deploy.errors import DeployError

__all__ = ["DeployError", "Target", "deploy", "target"]
