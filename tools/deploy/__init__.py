"""Deploy Pressrun to AWS or to an emulator."""

from tools.deploy.deployment import DeployError, Target, deploy, target

__all__ = ["DeployError", "Target", "deploy", "target"]
