'use strict';

/**
 * Make the REST API's deployment wait for all that it needs.
 *
 * A deployment is a snapshot of the API, and starts its stage. osls lets it depend on the methods that it made from
 * `http` events, but not on what is declared under `resources`: without this, the first deployment may miss the direct
 * door and the gateway responses, fail because the account may not write logs yet, or make the execution log group
 * itself, without a retention.
 */
const AWAITED = new Set([
  'AWS::ApiGateway::Account',
  'AWS::ApiGateway::GatewayResponse',
  'AWS::ApiGateway::Method',
  'AWS::Logs::LogGroup',
]);

class CompleteApiDeployment {
  constructor(serverless) {
    this.hooks = {
      'after:aws:package:finalize:mergeCustomProviderResources': () => {
        const { Resources } = serverless.service.provider.compiledCloudFormationTemplate;
        const awaited = Object.keys(Resources).filter((id) => AWAITED.has(Resources[id].Type));
        for (const resource of Object.values(Resources)) {
          if (resource.Type === 'AWS::ApiGateway::Deployment') {
            resource.DependsOn = [...new Set([...[].concat(resource.DependsOn ?? []), ...awaited])].sort();
          }
        }
      },
    };
  }
}

module.exports = CompleteApiDeployment;
