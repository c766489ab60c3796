'use strict';

/**
 * Make the REST API's deployment wait for all that it needs, and give it the stage that is declared, if one is.
 *
 * A deployment is a snapshot of the API, and starts its stage. osls lets it depend on the methods that it made from
 * `http` events, but not on what is declared under `resources`: without this, the first deployment may miss the direct
 * door and the gateway responses, fail because the account may not write logs yet, or make the execution log group
 * itself, without a retention.
 *
 * osls has the deployment make a stage without settings, and sets logs and traces by the SDK afterwards: nothing of it
 * stands in the template, and it knows no limits of requests. Nor can a deployment state them, when its stage is there
 * already. So a declared stage takes the place of the one that osls would make.
 */
const AWAITED = new Set([
  'AWS::ApiGateway::Account',
  'AWS::ApiGateway::GatewayResponse',
  'AWS::ApiGateway::Method',
  'AWS::Lambda::Permission',
  'AWS::Logs::LogGroup',
]);

function idsOf(resources, ...types) {
  return Object.keys(resources).filter((id) => types.includes(resources[id].Type));
}

function dependOn(resource, ids) {
  resource.DependsOn = [...new Set([...[].concat(resource.DependsOn ?? []), ...ids])].sort();
}

class CompleteApiDeployment {
  constructor(serverless) {
    this.hooks = {
      'after:aws:package:finalize:mergeCustomProviderResources': () => {
        const { Resources } = serverless.service.provider.compiledCloudFormationTemplate;
        const [stage] = idsOf(Resources, 'AWS::ApiGateway::Stage');
        const [deployment] = idsOf(Resources, 'AWS::ApiGateway::Deployment');
        dependOn(Resources[deployment], idsOf(Resources, ...AWAITED));
        if (stage !== undefined) {
          delete Resources[deployment].Properties.StageName;
          Resources[stage].Properties.DeploymentId = { Ref: deployment };
          idsOf(Resources, 'AWS::ApiGateway::UsagePlan').forEach((id) => dependOn(Resources[id], [stage]));
        }
      },
    };
  }
}

module.exports = CompleteApiDeployment;
