// What operators look at first: one dashboard, to be read from top to bottom, and saved queries of Logs Insights.
// The emulators show neither.
"use strict";

const { readFileSync } = require("node:fs");
const { join } = require("node:path");

const callerAlarms = require("./caller-alarms.js");

const FUNCTIONS = ["api", "authorizer", "render", "sign", "notify", "sweep", "redrive", "erase"];

const prices = require("../reports/jobs/prices.json");

const ENDED = 'filter message = "ended"';

// Each has the groups that it reads, and its text. `…` stands for what you put in.
const queries = (name) => {
  const functions = FUNCTIONS.map((each) => `/aws/lambda/${name}-${each}`);
  const render = [`/aws/lambda/${name}-render`];
  return {
    slowest: [
      render,
      `${ENDED} | fields @timestamp, job_id, tenant, template, seconds, wait_seconds, cpu_seconds, pages, rows, peak_mb, tries | sort seconds desc | limit 50`,
    ],
    "failures by code": [
      functions,
      `${ENDED} and failed = 1 | stats count(*) as reports, count_distinct(tenant) as tenants, latest(job_id) as example by code, template | sort reports desc`,
    ],
    "one job": [
      functions,
      'filter job_id = "…" or correlation_id = "…" | fields @timestamp, function, message, attempt, code, duration_ms, seconds | sort @timestamp',
    ],
    "one tenant": [
      functions,
      'filter tenant = "…" | fields @timestamp, function, message, job_id, template, door, code, seconds | sort @timestamp desc',
    ],
    "who asks most": [
      functions,
      `${ENDED} | stats count(*) as reports, sum(failed) as failures, sum(seconds) as time, sum(pages) as all_pages by tenant, template, door | sort reports desc | limit 20`,
    ],
    "who computes most": [
      render,
      `${ENDED} | stats sum(cpu_seconds) as cpu, sum(bytes) as all_bytes, max(peak_mb) as most_mb, count(*) as reports by tenant | sort cpu desc | limit 20`,
    ],
    "what reports cost": [
      functions,
      `${ENDED} | stats sum(cost) as usd, count(*) as reports, avg(cost) * 1000 as usd_for_1000 by tenant, tenant_class, template | sort usd desc | limit 50`,
    ],
    "cold starts": [
      functions,
      'filter type = "platform.report" and ispresent(record.metrics.initDurationMs) | stats count(*) as starts, pct(record.metrics.initDurationMs, 50) as p50_ms, max(record.metrics.initDurationMs) as most_ms, max(record.metrics.maxMemoryUsedMB) as most_mb by @log',
    ],
    "who floods the direct door": [
      [`/aws/api-gateway/${name}`],
      'filter path like "/queue/reports" | stats count(*) as requests by tenant, principal, status, bin(5m) | sort requests desc | limit 50',
    ],
    "receivers that fail": [
      [`/aws/lambda/${name}-notify`],
      'filter message = "delivery tried" and outcome != "DELIVERED" | stats count(*) as attempts, count_distinct(job_id) as reports, count_distinct(tenant) as tenants by receiver, code | sort attempts desc',
    ],
    "faults of ours": [
      functions,
      'filter level = "ERROR" | fields @timestamp, function, message, job_id, tenant, template, exception | sort @timestamp desc | limit 50',
    ],
  };
};

function widgets(name, stage, service, saved, memory, alarms, second) {
  const metric = (title, metrics, more = {}) => ({ type: "metric", properties: { title, metrics, region: "${AWS::Region}", period: 300, ...more } });
  const log = (title) => {
    const [groups, text] = saved[title];
    const source = groups.map((group) => `SOURCE '${group}'`).join(" | ");
    return { type: "log", properties: { title, region: "${AWS::Region}", view: "table", query: `${source} | ${text}` } };
  };
  const heading = (markdown) => ({ type: "text", properties: { markdown: `## ${markdown}` } });
  const ours = (metricName, stat, label) => ["Pressrun", metricName, "stage", stage, { stat, label }];
  const api = (metricName, stat, label) => ["AWS/ApiGateway", metricName, "ApiName", `${stage}-${service}`, "Stage", stage, { stat, label }];
  const queue = (metricName, which, stat) => ["AWS/SQS", metricName, "QueueName", `${service}-${which}-${stage}`, { stat, label: which }];
  const ofFunction = (metricName, which, stat, more = {}) => ["AWS/Lambda", metricName, "FunctionName", `${name}-${which}`, { stat, label: which, ...more }];
  return [
    [heading("Is it well?")],
    [
      { type: "alarm", properties: { title: "Alarms", alarms } },
      metric("Answers of the API", [api("Count", "Sum", "all"), api("4XXError", "Sum", "refused (4xx)"), api("5XXError", "Sum", "faults (5xx)")]),
      metric("Dead letters", [queue("ApproximateNumberOfMessagesVisible", "render-dlq", "Maximum"), queue("ApproximateNumberOfMessagesVisible", "notify-dlq", "Maximum")]),
    ],
    [heading("Does it keep up?")],
    [
      metric("Seconds until a render begins", [ours("wait_seconds", "p50", "half"), ours("wait_seconds", "p95", "95 %"), queue("ApproximateAgeOfOldestMessage", "render", "Maximum")]),
      metric("Seconds until a report has ended", [ours("seconds", "p50", "half"), ours("seconds", "p95", "95 %"), ours("seconds", "p99", "99 %")]),
      metric("Functions that run at once", [ofFunction("ConcurrentExecutions", "api", "Maximum"), ofFunction("ConcurrentExecutions", "render", "Maximum"), ofFunction("ConcurrentExecutions", "notify", "Maximum"), ofFunction("Throttles", "render", "Sum", { label: "render throttled" })]),
    ],
    [heading("What fails, and why?")],
    [
      metric("Share of reports that failed", [[{ expression: `SEARCH('{Pressrun,stage,template} MetricName="failed" stage="${stage}"', 'Average')`, label: "" }], ours("failed", "Average", "all")]),
      metric("Functions that fail", FUNCTIONS.map((each) => ofFunction("Errors", each, "Sum"))),
      log("failures by code"),
    ],
    [log("receivers that fail"), log("slowest")],
    [heading("Who asks most?")],
    [metric("Reports", [ours("failed", "SampleCount", "all")]), log("who asks most"), log("who floods the direct door")],
    [heading("What does it cost?")],
    [
      metric(
        "Lambda, $ an hour (estimate)",
        [
          ...FUNCTIONS.map((each, n) => [{ expression: `m${n} / 1000 * ${memory[each]} / 1024 * ${second}`, label: each }]),
          ...FUNCTIONS.map((each, n) => ofFunction("Duration", each, "Sum", { id: `m${n}`, visible: false })),
        ],
        { period: 3600 },
      ),
      log("what reports cost"),
      log("cold starts"),
    ],
  ];
}

// Rows of widgets, which share the 24 columns of a dashboard.
function placed(rows) {
  let y = 0;
  return rows.flatMap((row) => {
    const height = row[0].type === "text" ? 1 : 6;
    const width = 24 / row.length;
    const line = row.map((widget, n) => ({ ...widget, x: n * width, y, width, height }));
    y += height;
    return line;
  });
}

// The names of all alarms of the stage: those of observability.yml, and those that a program makes.
async function alarmNames(sources, name) {
  const written = readFileSync(join(__dirname, "observability.yml"), "utf8");
  const first = [...written.matchAll(/AlarmName: \$\{self:service\}-([\w-]+)-/g)].map(([, each]) => each);
  const { Resources: made } = await callerAlarms(sources);
  return [...first.map(name), ...Object.values(made).map((each) => each.Properties.AlarmName)];
}

module.exports = async (sources) => {
  const { resolveVariable } = sources;
  if ((await resolveVariable("param:target")) !== "aws") return {};
  const [stage, service] = [await resolveVariable("sls:stage"), await resolveVariable("self:service")];
  const name = `${service}-${stage}`;
  const memory = {};
  for (const each of FUNCTIONS) memory[each] = await resolveVariable(`self:functions.${each}.memorySize`);
  const saved = queries(name);
  const second = prices.lambda_gb_second[await resolveVariable("param:architecture")];
  const arn = "arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:";
  const alarms = (await alarmNames(sources, (each) => `${service}-${each}-${stage}`)).map((each) => arn + each);
  const body = JSON.stringify({ start: "-PT12H", widgets: placed(widgets(name, stage, service, saved, memory, alarms, second)) });
  const resources = {
    Dashboard: {
      Type: "AWS::CloudWatch::Dashboard",
      Properties: { DashboardName: name, DashboardBody: { "Fn::Sub": body } },
    },
  };
  for (const [title, [groups, text]] of Object.entries(saved)) {
    const id = title.replace(/(?:^| )(\w)/g, (_, letter) => letter.toUpperCase());
    resources[`${id}Query`] = {
      Type: "AWS::Logs::QueryDefinition",
      Properties: { Name: `${name}/${title}`, LogGroupNames: groups, QueryString: text.replaceAll(" | ", "\n| ") },
    };
  }
  return { Resources: resources, Outputs: { Dashboard: { Value: name } } };
};
