/** What the API sends: see docs/api.md and docs/openapi.json. */

export const STATUSES = ["PENDING", "RENDERING", "SUCCEEDED", "FAILED", "CANCELLED"] as const;
export type Status = (typeof STATUSES)[number];

export type Scope = "submit" | "read" | "admin" | "templates" | "erase";

/** Who asks, what that allows, and how much of it is used. Days are those of UTC. */
export interface Me {
  tenant: string;
  subject: string;
  scopes: Scope[];
  limits: { reports_per_day: number; compute_seconds_per_day: number; rows_per_report: number; bytes_per_report: number };
  used: { reports_today: number; compute_seconds_today: number; resets_at: string };
}

export interface Failure {
  code: string;
  message: string;
  detail: Record<string, unknown>;
  retryable: boolean;
}

/** What is odd about a report that was made all the same. */
export interface Warning {
  code: string;
  message: string;
}

export interface Picture {
  url: string;
  width: number;
  height: number;
}

export interface Artifact {
  name: string;
  content_type: string;
  bytes: number;
  width?: number;
  height?: number;
  /** To look at it. */
  url: string;
  /** To keep it: it comes as a file with its name. */
  download_url: string;
}

export interface Report {
  id: string;
  status: Status;
  template: string;
  title?: string;
  sample?: boolean;
  source: string;
  door: "api" | "queue" | "upload";
  created_at: string;
  updated_at: string;
  started_at?: string;
  finished_at?: string;
  attempts: number;
  pages?: number;
  bytes?: number;
  filename?: string;
  progress?: { rows_done: number; rows_total?: number };
  warnings?: Warning[];
  thumbnail?: Picture;
  reading?: Reading;
  error?: Failure;
  can_retry?: boolean;
  /** Why no worker begins it for now. */
  paused?: { reason: string; since: string };
  /** An estimate in dollars. */
  cost?: number;
  artifacts?: Artifact[];
  /** What it was made of, once it has succeeded. */
  provenance?: { pdf_sha256: string };
}

/** What was inferred of a report's data. */
export interface Reading {
  format?: string;
  encoding?: string;
  delimiter?: string;
  header_row?: number;
  sections?: ReadSection[];
  /** Parts of it were left out. */
  is_short?: boolean;
}

export interface ReadSection {
  rows: number;
  columns: ReadColumn[];
  /** Columns beside those, which are not told. */
  more_columns?: number;
  name?: string;
  title?: string;
  /** 0 when the columns have no headings. */
  header_row?: number;
  preview?: string[][];
}

export interface ReadColumn {
  key: string;
  type: string;
  summed?: boolean;
  prefix?: string;
  suffix?: string;
  why?: string;
}

export interface ReportPage {
  reports: Report[];
  cursor: string | null;
  later?: string[];
}

export interface TimelineEvent {
  at: string;
  event: string;
  attempt: number;
  detail: Record<string, unknown>;
}

export interface Delivery {
  number: number;
  channel: string;
  address: string;
  status: string;
  created_at: string;
  next_attempt_at: string | null;
  replays_left: number;
  attempts: { at: string; duration_ms: number; status_code?: number; fault?: string; reason?: string }[];
}

export type Kind = "object" | "rows" | "image";

export interface TemplateSummary {
  name: string;
  title: string;
  description: string;
  made_from: Kind;
  /** Whether the tenant has stored it. */
  own?: boolean;
  /** Of one of the tenant's own: that which reports are made of; without it, none can be made. */
  version?: number;
}

export interface Schema {
  type?: string | string[];
  title?: string;
  description?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  required?: string[];
  enum?: unknown[];
  pattern?: string;
  $ref?: string;
  $defs?: Record<string, Schema>;
  [keyword: string]: unknown;
}

export interface Template extends TemplateSummary {
  schema: Schema;
  sample: Record<string, unknown>;
}

export interface ReportOptions {
  title?: string;
  locale?: string;
  filename?: string;
  /** The data are a sample's: the report says so. */
  sample?: boolean;
  notify?: { email?: string; webhook?: string };
  reading?: ReadingOptions;
  pdf?: { variant?: string; ua?: boolean };
  attach?: { source?: string; content?: string; name?: string }[];
  einvoice?: string;
}

/** How data are read and shown, in place of what is inferred. */
export interface ReadingOptions {
  encoding?: string;
  delimiter?: string;
  quote?: string;
  header_row?: number;
  sheet?: string;
  decimal?: string;
  date_order?: string;
  columns?: { key: string; label?: string }[];
  group_by?: string;
  sort?: { key: string; descending?: boolean }[];
  sums?: boolean | string[];
  orientation?: string;
  paper?: string;
}

export interface UploadForm {
  url: string;
  fields: Record<string, string>;
  key: string;
  max_bytes: number;
  expires_in: number;
}

export interface RetryFilter {
  error_code?: string;
  template?: string;
  created_after?: string;
}

export interface RetryCounts {
  inspected: number;
  retried: number;
  skipped: number;
  failed: number;
  more: boolean;
  ids: string[];
}

export interface ProblemDocument {
  status: number;
  code: string;
  detail: string;
  correlation_id?: string;
  errors?: { pointer: string; message: string }[];
}
