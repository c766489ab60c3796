'use strict';

/**
 * Have callers reach functions by aliases, which CodeDeploy moves to a new release: a tenth of the calls first.
 *
 * By `custom.canary`: `off`; `on`, which goes back when an alarm goes off within five minutes; or `at-once`, for a release
 * that mends what an alarm tells of, as CodeDeploy starts nothing while one does.
 *
 * osls knows functions alone. So each mention of one in what calls it becomes its alias.
 */
const CALLERS = new Set([
  'AWS::ApiGateway::Authorizer',
  'AWS::ApiGateway::Method',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Permission',
]);

// Functions that callers or queues invoke, with what tells that a release of theirs is bad. The others run by themselves or
// by hand, and what they left undone is done by the next run.
const ALARMS = {
  Api: ['ApiErrorsAlarm', 'Api5xxAlarm'],
  Authorizer: ['AuthorizerErrorsAlarm', 'Api5xxAlarm'],
  Notify: ['NotifyErrorsAlarm', 'NotifyFailingAlarm'],
  Render: ['RenderErrorsAlarm', 'FailingAlarm', 'UnadmittedAlarm'],
};

const SHARED = {
  CanaryRole: {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'codedeploy.amazonaws.com' },
            Action: 'sts:AssumeRole',
            Condition: { StringEqualsIfExists: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
          },
        ],
      },
      ManagedPolicyArns: [
        { 'Fn::Sub': 'arn:${AWS::Partition}:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited' },
      ],
    },
  },
};

function application(service, stage) {
  return {
    Type: 'AWS::CodeDeploy::Application',
    Properties: { ApplicationName: `${service}-canary-${stage}`, ComputePlatform: 'Lambda' },
  };
}

function group(name, stage, alarms) {
  const isWatched = alarms.length > 0;
  return {
    Type: 'AWS::CodeDeploy::DeploymentGroup',
    Properties: {
      ApplicationName: { Ref: 'CanaryApplication' },
      DeploymentGroupName: `${name.toLowerCase()}-${stage}`,
      DeploymentConfigName: `CodeDeployDefault.Lambda${isWatched ? 'Canary10Percent5Minutes' : 'AllAtOnce'}`,
      DeploymentStyle: { DeploymentType: 'BLUE_GREEN', DeploymentOption: 'WITH_TRAFFIC_CONTROL' },
      AutoRollbackConfiguration: {
        Enabled: true,
        Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST'],
      },
      AlarmConfiguration: { Enabled: isWatched, Alarms: alarms.map((id) => ({ Name: { Ref: id } })) },
      ServiceRoleArn: { 'Fn::GetAtt': ['CanaryRole', 'Arn'] },
    },
  };
}

function release(name, version) {
  return {
    Type: 'AWS::Lambda::Alias',
    Properties: {
      Name: 'live',
      FunctionName: { Ref: `${name}LambdaFunction` },
      FunctionVersion: { 'Fn::GetAtt': [version, 'Version'] },
    },
    UpdatePolicy: {
      CodeDeployLambdaAliasUpdate: {
        ApplicationName: { Ref: 'CanaryApplication' },
        DeploymentGroupName: { Ref: `${name}Canary` },
      },
    },
  };
}

function aliased(value) {
  if (Array.isArray(value)) return value.map(aliased);
  if (value === null || typeof value !== 'object') return value;
  const [id, attribute] = value['Fn::GetAtt'] ?? [];
  const name = typeof id === 'string' && attribute === 'Arn' && id.replace(/LambdaFunction$/, '');
  if (name in ALARMS && id !== name) return { Ref: `${name}Alias` };
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, aliased(inner)]));
}

function addTo(template, { service, stage, deployment, isWatched }) {
  const { Resources, Outputs } = template;
  for (const resource of Object.values(Resources)) {
    if (CALLERS.has(resource.Type)) resource.Properties = aliased(resource.Properties);
  }
  Object.assign(Resources, SHARED, { CanaryApplication: application(service, stage) });
  for (const [name, alarms] of Object.entries(ALARMS)) {
    const missing = alarms.filter((id) => !(id in Resources));
    if (isWatched && missing.length > 0) throw new Error(`canary=on goes by alarms that this stage lacks: say alarms=all, too (${missing}).`);
    const version = `${name}Version${deployment}`;
    // Lambda makes no version of a function that is as it was, and CloudFormation fails then. So each deployment has words
    // of its own.
    const { Properties } = Resources[`${name}LambdaFunction`];
    Properties.Description = `${Properties.Description} (deployment ${deployment})`;
    // A worker may still be at a report, and a rollback may go back to it.
    Resources[version] = { Type: 'AWS::Lambda::Version', DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain', Properties: { FunctionName: { Ref: `${name}LambdaFunction` } } };
    Resources[`${name}Canary`] = group(name, stage, isWatched ? alarms : []);
    Resources[`${name}Alias`] = release(name, version);
  }
  Outputs.Canary = { Value: isWatched ? 'on' : 'at-once' };
}

class Canary {
  constructor(serverless) {
    this.hooks = {
      'after:aws:package:finalize:mergeCustomProviderResources': () => {
        const { service } = serverless;
        const canary = service.custom?.canary ?? 'off';
        if (!['off', 'on', 'at-once'].includes(canary)) throw new Error(`The parameter canary is off, on or at-once, not '${canary}'.`);
        if (canary === 'off') return;
        if (Object.values(service.functions).some((each) => each.snapStart)) throw new Error('canary and snapStart each have an alias of their own: say canary=off or snapStart=off.');
        const { compiledCloudFormationTemplate, stage } = service.provider;
        const deployment = service.package.timestamp ?? /\/(\d+)-[^/]*$/.exec(service.package.artifactDirectoryName)[1];
        addTo(compiledCloudFormationTemplate, { service: service.service, stage, deployment, isWatched: canary === 'on' });
      },
    };
  }
}

module.exports = Canary;
