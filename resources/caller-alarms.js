// Alarms on what callers see: one table, because they differ in little. Param `alarms` is `few` or `all`: AWS bills each.
"use strict";

const { readdirSync } = require("node:fs");
const { join } = require("node:path");

// That callers or queues invoke. The sweep and erasures have alarms of their own, and a redrive is started by hand.
const FUNCTIONS = ["api", "authorizer", "render", "sign", "notify"];
// That send messages to their own queues.
const IN_LOOPS = ["render", "notify"];

const capital = (text) => text[0].toUpperCase() + text.slice(1);
const camel = (text) => text.split(/[-_]/).map(capital).join("");

// Three of five minutes: one fault is no sign yet, and callers with few requests are not to hide the rest.
const IN_MINUTES = { Period: 60, EvaluationPeriods: 5, DatapointsToAlarm: 3 };
const IN_QUARTER_OF_AN_HOUR = { Period: 300, EvaluationPeriods: 3 };

function few(stage, service, failedShare, waitSeconds) {
  const ofStage = [{ Name: "stage", Value: stage }];
  return {
    "api-5xx": {
      AlarmDescription: "More than 5 % of the API's answers are its own faults (5xx). See the api function's log, and the latest deployment.",
      Namespace: "AWS/ApiGateway",
      MetricName: "5XXError",
      Dimensions: [{ Name: "ApiName", Value: `${stage}-${service}` }, { Name: "Stage", Value: stage }],
      Statistic: "Average",
      Threshold: 0.05,
      ...IN_MINUTES,
    },
    failing: failing("reports", ofStage, failedShare),
    waiting: {
      AlarmDescription: "Of 20 reports, one waits too long for its render. Raise renderConcurrency, or see who asks for so many.",
      Namespace: "Pressrun",
      MetricName: "wait_seconds",
      Dimensions: ofStage,
      ExtendedStatistic: "p95",
      Threshold: waitSeconds,
      ...IN_QUARTER_OF_AN_HOUR,
    },
  };
}

function more(stage, service, failedShare, concurrency, templates) {
  const alarms = {};
  for (const name of templates) {
    const dimensions = [{ Name: "stage", Value: stage }, { Name: "template", Value: name }];
    alarms[`failing-${name}`] = failing(`reports of the template ${name}`, dimensions, failedShare);
  }
  for (const name of FUNCTIONS) {
    const ofFunction = {
      Namespace: "AWS/Lambda",
      Dimensions: [{ Name: "FunctionName", Value: { Ref: `${capital(name)}LambdaFunction` } }],
      Statistic: "Sum",
      Threshold: 0,
      ...IN_MINUTES,
    };
    alarms[`${name}-errors`] = {
      AlarmDescription: `The ${name} function fails: it cannot start, dies, or runs out of time. See its log.`,
      MetricName: "Errors",
      ...ofFunction,
    };
    alarms[`${name}-throttles`] = {
      AlarmDescription: `Lambda refuses to run the ${name} function: the account has no executions left for it.`,
      MetricName: "Throttles",
      ...ofFunction,
    };
  }
  // Nothing else would tell of it: to a queue, a message that is dropped looks like one that failed.
  for (const name of IN_LOOPS) {
    alarms[`${name}-loop`] = {
      AlarmDescription: `Lambda has taken messages that the ${name} function sends to its own queue for an endless loop, and dropped some. The function's RecursiveLoop has to be Allow.`,
      Namespace: "AWS/Lambda",
      MetricName: "RecursiveInvocationsDropped",
      Dimensions: [{ Name: "FunctionName", Value: { Ref: `${capital(name)}LambdaFunction` } }],
      Statistic: "Sum",
      Period: 300,
      EvaluationPeriods: 1,
      Threshold: 0,
    };
  }
  alarms.concurrency = {
    AlarmDescription: "The account uses more than 80 % of its concurrent executions. Ask for a higher limit, or lower renderConcurrency.",
    Namespace: "AWS/Lambda",
    MetricName: "ConcurrentExecutions",
    Statistic: "Maximum",
    Threshold: concurrency,
    ...IN_MINUTES,
  };
  return alarms;
}

// `failed` is 0 or 1 for each report: its average is their share.
const failing = (what, dimensions, share) => ({
  AlarmDescription: `For a quarter of an hour, more than ${Math.round(share * 100)} % of the ${what} have failed. Count their codes.`,
  Namespace: "Pressrun",
  MetricName: "failed",
  Dimensions: dimensions,
  Statistic: "Average",
  Threshold: share,
  ...IN_QUARTER_OF_AN_HOUR,
});

module.exports = async ({ resolveVariable }) => {
  const value = async (name) => resolveVariable(name);
  const stage = await value("sls:stage");
  const service = await value("self:service");
  const share = Number(await value("param:alarmFailedShare"));
  const alarms = few(stage, service, share, Number(await value("param:alarmWaitSeconds")));
  if ((await value("param:alarms")) === "all") {
    const folders = readdirSync(join(__dirname, "..", "templates"), { withFileTypes: true });
    const templates = folders.filter((each) => each.isDirectory() && !/^[._]/.test(each.name)).map((each) => each.name);
    Object.assign(alarms, more(stage, service, share, Number(await value("param:alarmConcurrency")), templates.sort()));
  }
  const topic = [{ Ref: "AlertsTopic" }];
  const resources = {};
  for (const [name, properties] of Object.entries(alarms)) {
    resources[`${camel(name)}Alarm`] = {
      Type: "AWS::CloudWatch::Alarm",
      Properties: {
        AlarmName: `${service}-${name}-${stage}`,
        ComparisonOperator: "GreaterThanThreshold",
        // No requests are no fault.
        TreatMissingData: "notBreaching",
        AlarmActions: topic,
        OKActions: topic,
        ...properties,
      },
    };
  }
  return { Resources: resources };
};
