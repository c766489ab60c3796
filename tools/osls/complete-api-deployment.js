'use strict';

/**
 * Make the REST API's deployment wait for everything that belongs into it.
 *
 * An API Gateway deployment is a snapshot. osls lets it depend on the methods it made from `http` events, but not on
 * what serverless.yml declares under `resources`: without this, the first deployment may be taken before the direct
 * door and the gateway responses exist, and a stage with logging may come before the account may write logs.
 */
const BELONGS_INTO_THE_SNAPSHOT = new Set([
  'AWS::ApiGateway::Account',
  'AWS::ApiGateway::GatewayResponse',
  'AWS::ApiGateway::Method',
]);

class CompleteApiDeployment {
  constructor(serverless) {
    this.hooks = {
      'after:aws:package:finalize:mergeCustomProviderResources': () => {
        const { Resources } = serverless.service.provider.compiledCloudFormationTemplate;
        const awaited = Object.keys(Resources).filter((id) => BELONGS_INTO_THE_SNAPSHOT.has(Resources[id].Type));
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
