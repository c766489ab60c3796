// The rules by which S3 removes objects: one for each value of the tag `retention` that is a number of days. Objects with
// another value, as under a legal hold, or without the tag, stay.
"use strict";

// As in reports/access/retention.py.
const CLASSES = [1, 3, 7, 14, 30, 60, 90, 180, 365, 730, 1095, 3650];

// A replaced version of an upload is of no use once its report is made.
const REPLACED_DAYS = 7;

const rules = (more) => [
  ...CLASSES.map((days) => ({
    Id: `expire-after-${days}-days`,
    Status: "Enabled",
    TagFilters: [{ Key: "retention", Value: String(days) }],
    ExpirationInDays: days,
    ...more(days),
  })),
  {
    Id: "abort-unfinished-multipart-uploads",
    Status: "Enabled",
    Prefix: "",
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
  },
];

const PARAMS = ["jobRetentionDays", "leastRetentionDays", "mostRetentionDays"];

async function check(resolveVariable) {
  for (const name of PARAMS) {
    const days = Number(await resolveVariable(`param:${name}`));
    if (!CLASSES.includes(days)) throw new Error(`${name} is ${days}; it has to be one of ${CLASSES.join(", ")}.`);
  }
}

module.exports = async ({ resolveVariable }) => {
  await check(resolveVariable);
  return {
    artifacts: rules(() => ({})),
    uploads: [
      ...rules((days) => ({ NoncurrentVersionExpiration: { NoncurrentDays: Math.min(days, REPLACED_DAYS) } })),
      {
        Id: "remove-what-is-left-of-expired-uploads",
        Status: "Enabled",
        Prefix: "uploads/",
        ExpiredObjectDeleteMarker: true,
      },
    ],
  };
};
